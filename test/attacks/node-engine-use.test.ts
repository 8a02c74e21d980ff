/** Programs that have all of Node, letters D, E and G: exhaustion, the network, the engine. */
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { nodeInABox } from './harness/perform.ts';
import { nodeRows } from './node-engine/rows.ts';

const rows = nodeRows.filter(({ program }) => !/^[abf]-/.test(program));
testAttacks(await attacksOf('node-engine', rows), [nodeInABox]);
