import { whole } from '@castellan/protocol/kinds';
import { row } from './row.ts';

/** How much a tenant may have the service do by itself. */
export const scheduleRows = {
  'schedules.perTenant': row(
    whole(1, 100_000),
    100,
    'CASTELLAN_SCHEDULES',
    'Schedules of one tenant.',
  ),
  'schedules.shortestMs': row(
    whole(1_000, 2 ** 31 - 1),
    10_000,
    'CASTELLAN_SCHEDULES_SHORTEST_MS',
    'The least time between two ticks of a schedule; one that would fire sooner is refused.',
  ),
} as const;
