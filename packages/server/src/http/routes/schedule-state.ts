import { shown } from '@castellan/protocol/kinds';
import { live } from '../../functions/record.ts';
import { readCron } from '../../schedules/cron.ts';
import type { ScheduleRecord } from '../../schedules/record.ts';
import type { RouteOptions } from './options.ts';

/** How many instants a schedule shows. */
const shownInstants = 5;

/** A schedule as it is listed. */
export function shownSchedule({ params, ...record }: ScheduleRecord) {
  return { ...record, params: JSON.parse(params) as unknown };
}

/** A schedule with its next instants, its last tick, and what is wrong with it now. */
export async function stateOf(
  record: ScheduleRecord,
  { schedules, functions }: Pick<RouteOptions, 'schedules' | 'functions'>,
) {
  const [last = null] = await schedules.history(record.id, 1);
  const called = await functions.find(record.tenant, record.function);
  const { alias } = record;
  const wanted = alias ?? live;
  const problem =
    called === undefined
      ? `There is no function ${shown(record.function)} any more.`
      : Object.hasOwn(called.aliases, wanted)
        ? null
        : `The function ${shown(record.function)} has no alias ${shown(wanted)}.`;
  return { ...shownSchedule(record), next: nextOf(record), last, problem };
}

function nextOf({ cron, timezone }: ScheduleRecord): string[] {
  const instants = readCron(cron, timezone);
  const found: string[] = [];
  let at = instants.next(Date.now());
  while (at !== null && found.length < shownInstants) {
    found.push(new Date(at).toISOString());
    at = instants.next(at);
  }
  return found;
}
