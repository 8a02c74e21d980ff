/** Programs that have all of Node, letters D, E and G: exhaustion, the network, the engine. */
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { nodeInABox } from './perform.support.ts';
import { nodeRows } from './node-engine/rows.ts';

const rows = nodeRows.filter(({ program }) => !/^[abf]-/.test(program));
testAttacks(await attacksOf('node-engine', rows), [nodeInABox]);
