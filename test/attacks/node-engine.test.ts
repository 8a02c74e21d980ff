/** Programs that have all of Node, letters A, B and F: frames, files, modules, the browser. */
import { isOften, programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { nodeInABox } from './perform.support.ts';

const attacks = await programsOf(
  ['node-engine'],
  (row) => isOften(row) && /^[abf]-/.test(row.program),
);
testAttacks(attacks, [nodeInABox]);
