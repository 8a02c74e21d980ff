/** The node engine's programs again, without Node's permissions: a hole in the box cannot hide. */
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { bareNodeInABox } from './perform.support.ts';
import { nodeRows } from './node-engine/rows.ts';

testAttacks(await attacksOf('node-engine', nodeRows), [bareNodeInABox]);
