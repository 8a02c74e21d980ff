/** Programs that try to get out: every letter but exhaustion, which has a file of its own. */
import { realmRows } from './a-realm/rows.ts';
import { attacksOf } from './harness/attack.ts';
import { testAttacks } from './harness/group.ts';
import { isolateAlone, wallsUp } from './harness/perform.ts';

const attacks = [...(await attacksOf('a-realm', realmRows))];

testAttacks(attacks, [...wallsUp, isolateAlone]);
