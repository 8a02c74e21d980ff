/** Programs that have all of Node, letters D, E, G and K: exhaustion, the network, the engine, the kernel. */
import { isOften, programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { nodeInABox } from './perform.support.ts';

const attacks = await programsOf(
  ['node-engine'],
  (row) => isOften(row) && !/^[abf]-/.test(row.program),
);
testAttacks(attacks, [nodeInABox]);
