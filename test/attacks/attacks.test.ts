/** Programs that try to get out: every letter but exhaustion, which has a file of its own. */
import { programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { isolateAlone, wallsUp } from './perform.support.ts';

const attacks = await programsOf([
  'a-realm',
  'b-modules',
  'c-isolated-vm',
  'e-network',
  'g-engine',
]);
testAttacks(attacks, [...wallsUp, isolateAlone]);
