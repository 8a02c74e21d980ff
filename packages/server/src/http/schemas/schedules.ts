import { timeZone } from '@castellan/protocol/kinds';
import { z } from 'zod';
import { functionForm } from '../../functions/record.ts';
import { missedChoices, overlapChoices } from '../../schedules/record.ts';
import { examples } from './examples.ts';
import { zodOf } from './kind.ts';
import { runFields, tenantSchema } from './request.ts';

const time = z.iso.datetime().describe('RFC 3339, UTC.');
const nameSchema = z.string().regex(functionForm, 'Up to 64 of A-Z a-z 0-9 . _ -');

/** The longest delay of a tick. */
const mostJitterMs = 3_600_000;

const shape = {
  cron: z
    .string()
    .max(200)
    .describe(
      'Minute, hour, day of month, month, day of week; or six fields, with seconds first. Names of months and days, `L`, `W`, `#` and `@daily` and its like are read.',
    ),
  function: nameSchema.describe('What is called.'),
  missed: z
    .enum(missedChoices)
    .describe(
      'What becomes of ticks that nobody was there to start, more than a minute late: `skip` leaves them out, `once` starts one run for all, `all` one for each of the newest 100.',
    ),
  overlap: z
    .enum(overlapChoices)
    .describe(
      'While the run of an earlier tick has not ended: `allow` starts another beside it, `skip` leaves the tick out, `queue` starts it after.',
    ),
  jitterMs: z
    .int()
    .min(0)
    .max(mostJitterMs)
    .describe('Each tick is delayed by up to this much, so that not all start at once.'),
  paused: z.boolean().describe('Whether it fires nothing.'),
};

export const scheduleRequestSchema = z
  .strictObject({
    cron: shape.cron,
    timezone: zodOf(timeZone)
      .optional()
      .describe('Of the expression, by its name, such as Europe/Vienna. Default `UTC`.'),
    function: shape.function,
    alias: nameSchema
      .optional()
      .describe('The version that this alias names; default: what is live.'),
    params: runFields.params,
    missed: shape.missed.optional(),
    overlap: shape.overlap.optional(),
    jitterMs: shape.jitterMs.optional(),
    paused: shape.paused.optional(),
    tenant: tenantSchema.optional(),
  })
  .meta({ id: 'ScheduleRequest', examples: [examples.scheduleRequest] });

export type ScheduleBody = z.output<typeof scheduleRequestSchema>;

const tickSchema = z
  .strictObject({
    at: time.describe('The instant that the expression names.'),
    state: z
      .enum(['waiting', 'fired', 'skipped', 'missed', 'failed'])
      .describe(
        '`fired` has a run. `waiting`: its run is to be started. `skipped`: an earlier run had not ended. `missed`: nobody was there to start it. `failed`: its call was refused.',
      ),
    runId: z.string().nullable(),
    detail: z.string().nullable().describe('Why it has no run.'),
  })
  .meta({ id: 'Tick', examples: [examples.tick] });

const scheduleFields = {
  id: z.string(),
  tenant: z.string(),
  name: z.string(),
  ...shape,
  timezone: z.string(),
  alias: z.string().nullable(),
  params: z.unknown(),
  nextAt: time.nullable().describe('The next tick; null while it is paused.'),
  createdAt: time,
  updatedAt: time,
  createdBy: z
    .string()
    .describe('The id of the key that wrote it last, and whose rights its runs have.'),
};

const plainSchema = z
  .strictObject(scheduleFields)
  .meta({ id: 'Schedule', examples: [examples.schedule] });

export const scheduleSchema = z
  .strictObject({
    ...scheduleFields,
    next: z.array(time).describe('The next five instants, whether it is paused or not.'),
    last: tickSchema.nullable().describe('The last tick.'),
    problem: z
      .string()
      .nullable()
      .describe(
        'Why the next tick will fail as things stand, such as a function that was deleted.',
      ),
  })
  .meta({ id: 'ScheduleState', examples: [examples.scheduleState] });

export const schedulePageSchema = z
  .strictObject({
    items: z.array(plainSchema).describe('Newest first.'),
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'SchedulePage', examples: [examples.schedulePage] });

export const historySchema = z
  .strictObject({ items: z.array(tickSchema).describe('Newest first.') })
  .meta({ id: 'ScheduleHistory', examples: [examples.history] });
