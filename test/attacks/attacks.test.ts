/** Programs that try to get out: every letter but exhaustion, which has a file of its own. */
import { isOften, programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { isolateAlone, servesAgain, wallsUp } from './perform.support.ts';

testAttacks(await programsOf(['a-realm', 'b-modules', 'c-isolated-vm', 'g-engine'], isOften), [
  ...wallsUp,
  isolateAlone,
]);
// Whatever the box is, the gateway is the same.
testAttacks(await programsOf(['e-network'], isOften), [servesAgain]);
