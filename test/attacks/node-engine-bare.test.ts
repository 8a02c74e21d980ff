/** The node engine's programs again, without Node's permissions: a hole in the box cannot hide. */
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { bareNodeInABox } from './harness/perform.ts';
import { nodeRows } from './node-engine/rows.ts';

testAttacks(await attacksOf('node-engine', nodeRows), [bareNodeInABox]);
