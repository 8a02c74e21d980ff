// The short version; test/faults/browser-failures.test.ts has all rows.
import { testFailures } from './failures.support.ts';

testFailures(['a navigation that never ends, from nothing', 'a page that was never opened'], 4_000);
