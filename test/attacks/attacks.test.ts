/** Programs that try to get out: every letter but exhaustion, which has a file of its own. */
import { realmRows } from './a-realm/rows.ts';
import { moduleRows } from './b-modules/rows.ts';
import { isolateRows } from './c-isolated-vm/rows.ts';
import { engineRows } from './g-engine/rows.ts';
import { attacksOf } from './attack.support.ts';
import { testAttacks } from './group.support.ts';
import { isolateAlone, wallsUp } from './perform.support.ts';

const attacks = await Promise.all([
  attacksOf('a-realm', realmRows),
  attacksOf('b-modules', moduleRows),
  attacksOf('c-isolated-vm', isolateRows),
  attacksOf('g-engine', engineRows),
]);

testAttacks(attacks.flat(), [...wallsUp, isolateAlone]);
