// What one call of a function leaves is nothing to the next in the same isolate. The other degrees of freshness, where
// each has an isolate or a process of its own, are in test/faults/apart.test.ts.
import { leaveNothing } from './apart.support.ts';

leaveNothing('isolate', 'context');
