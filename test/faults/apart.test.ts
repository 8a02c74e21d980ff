// What one run leaves is nothing to the next, in all degrees of freshness; calls in one isolate are in
// test/contract/apart.test.ts.
import { leaveNothing } from '../contract/apart.support.ts';

leaveNothing('isolate', 'never');
leaveNothing('isolate', 'tenant');
leaveNothing('node', 'never');
