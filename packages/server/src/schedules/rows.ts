import { shown } from '@castellan/protocol/kinds';
import type { Query, Row } from '../storage/tables/tables.ts';
import type { ScheduleDefinition, ScheduleRecord, Tick, TickState } from './record.ts';
import { ScheduleError } from './store.ts';

export const timeOf = (ms: number): string => new Date(ms).toISOString();

export function scheduleOf(row: Row): ScheduleRecord {
  return {
    id: String(row['id']),
    tenant: String(row['tenant']),
    name: String(row['name']),
    ...(JSON.parse(String(row['definition'])) as ScheduleDefinition),
    paused: row['paused'] === 1,
    nextAt: row['next_at'] as string | null,
    createdAt: String(row['created_at']),
    updatedAt: String(row['updated_at']),
    createdBy: String(row['created_by']),
  };
}

export function tickOf(row: Row): Tick {
  return {
    at: String(row['at']),
    state: row['state'] as TickState,
    runId: row['run_id'] as string | null,
    detail: JSON.parse((row['detail'] as string | null) ?? 'null') as string | null,
  };
}

export async function find(query: Query, tenant: string, name: string) {
  const [row] = await query(
    'SELECT * FROM schedules WHERE tenant = $1 AND name = $2',
    tenant,
    name,
  );
  return row && scheduleOf(row);
}

/** Throws where there is no such schedule. */
export function found(record: ScheduleRecord | undefined, name: string): ScheduleRecord {
  if (record !== undefined) return record;
  throw new ScheduleError('no_schedule', `There is no schedule ${shown(name)}.`);
}
