/** Programs that have all of Node, letters A and B: frames, files, modules. */
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { nodeInABox } from './harness/perform.ts';
import { nodeRows } from './node-engine/rows.ts';

const rows = nodeRows.filter(({ program }) => /^[ab]-/.test(program));
testAttacks(await attacksOf('node-engine', rows), [nodeInABox]);
