/**
 * Programs that try to use up the box, the launcher or the machine: those whose text alone does, in boxes of
 * their own, all others in one that has to serve its tenant afterwards. The rest: `test/faults/attacks.test.ts`.
 */
import { isOften, programsOf } from './catalogue.support.ts';
import { testAttacks } from './group.support.ts';
import { servesAgain, servesOnce } from './perform.support.ts';

const attacks = await programsOf(['d-exhaustion'], isOften);
const isMade = ({ program }: { readonly program: string }): boolean => program.endsWith('.make.js');
testAttacks(attacks.filter(isMade), [servesOnce]);
testAttacks(
  attacks.filter((attack) => !isMade(attack)),
  [servesAgain],
);
