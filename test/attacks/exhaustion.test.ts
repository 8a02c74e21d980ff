/** Programs that try to use up the box, the launcher or the machine. */
import { exhaustionRows } from './d-exhaustion/rows.ts';
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { wallsUp } from './perform.support.ts';

testAttacks(await attacksOf('d-exhaustion', exhaustionRows), wallsUp);
