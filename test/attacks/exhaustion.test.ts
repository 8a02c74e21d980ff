/**
 * Programs that try to use up the box, the launcher or the machine, in a box that has to serve its tenant
 * afterwards. In boxes of their own: `test/faults/attacks.test.ts`.
 */
import { exhaustionRows } from './d-exhaustion/rows.ts';
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { servesAgain } from './perform.support.ts';

testAttacks(await attacksOf('d-exhaustion', exhaustionRows), [servesAgain]);
