/** Programs that have all of Node: every letter, with the box as their only wall. */
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { nodeInABox } from './harness/perform.ts';
import { nodeRows } from './node-engine/rows.ts';

testAttacks(await attacksOf('node-engine', nodeRows), [nodeInABox]);
