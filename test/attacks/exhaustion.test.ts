/** Programs that try to use up the box, the launcher or the machine. */
import { exhaustionRows } from './d-exhaustion/rows.ts';
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { wallsUp } from './harness/perform.ts';

testAttacks(await attacksOf('d-exhaustion', exhaustionRows), wallsUp);
