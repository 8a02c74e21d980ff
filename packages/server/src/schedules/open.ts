import { openTables } from '../storage/tables/open.ts';
import type { ScheduleBounds } from './record.ts';
import type { ScheduleStore } from './store.ts';
import { storedSchedules } from './stored-schedules.ts';
import { scheduleTables } from './tables.ts';

/** Opens the schedules where the store is: in the database, or in a file of the data folder. */
export async function openSchedules(
  folder: string,
  url: string | null,
  bounds: ScheduleBounds,
  wall: () => number = Date.now,
): Promise<ScheduleStore> {
  return storedSchedules(await openTables(scheduleTables, folder, url), bounds, wall);
}
