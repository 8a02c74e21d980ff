/** Every way in which a run with a browser hangs or fails; some of these clocks are close. */
import { testFailures } from '../browser/failures.support.ts';

testFailures();
