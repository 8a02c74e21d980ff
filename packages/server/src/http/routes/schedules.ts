import { shown } from '@castellan/protocol/kinds';
import { JsonText } from '@castellan/protocol/json';
import { z } from 'zod';
import { scheduleForm, type ScheduleRecord } from '../../schedules/record.ts';
import type { NewSchedule } from '../../schedules/store.ts';
import type { Caller } from '../../keys/keys.ts';
import { tenantOf } from '../admission/admit.ts';
import { callScopes } from '../admission/tick-calls.ts';
import { requireScope } from '../callers/authenticate.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { ofTenant } from '../schemas/functions.ts';
import { functionParams, numberIn, scheduleCursor } from '../schemas/params.ts';
import { tenantSchema } from '../schemas/request.ts';
import {
  historySchema,
  type ScheduleBody,
  schedulePageSchema,
  scheduleRequestSchema,
  scheduleSchema,
} from '../schemas/schedules.ts';
import { type App, listedTenant } from './app.ts';
import type { RouteOptions } from './options.ts';
import { shownSchedule, stateOf } from './schedule-state.ts';

const tags = ['schedules'];

/** Bytes of the parameters of a schedule. */
const mostParamsBytes = 65_536;

/** Stores, shows and removes schedules. */
export function addSchedules(app: App, options: RouteOptions): void {
  const { schedules, functions, log } = options;
  const told = (record: ScheduleRecord, caller: Caller, what: string): ScheduleRecord => {
    const { tenant, name, id, nextAt } = record;
    log.info({ caller: caller.id, tenant, schedule: name, scheduleId: id, nextAt }, what);
    return record;
  };
  const find = async (name: string, asked: string | undefined, caller: Caller) => {
    const record = await schedules.find(tenantOf(asked, caller), name);
    if (record !== undefined) return record;
    throw new ProblemError('not_found', `There is no schedule ${shown(name)}.`);
  };

  app.put(
    '/v1/schedules/:name',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'putSchedule',
        summary: 'Has a function called at the times of a cron expression.',
        description:
          'Each instant that the expression names starts one run, however many services share the store and however often they are restarted. Runs have the rights of the key that wrote the schedule, as they are when it fires, and the labels `castellan/schedule` and `castellan/tick`. A schedule that is there is replaced, and goes on from now.',
        tags,
        params: functionParams,
        body: scheduleRequestSchema,
        response: {
          200: answer('The schedule, which was there.', scheduleSchema),
          201: answer('A new schedule.', scheduleSchema),
          ...problemsOf(400, 401, 403, 404, 413, 415, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name }, body }, reply) => {
      requireScope(caller, callScopes);
      refuseName(name);
      const tenant = tenantOf(body.tenant, caller);
      const record = await functions.find(tenant, body.function);
      if (record === undefined) {
        throw wrong('/function', `There is no function ${shown(body.function)}. Deploy it first.`);
      }
      if (body.alias !== undefined && !Object.hasOwn(record.aliases, body.alias)) {
        const detail = `The function ${shown(body.function)} has no alias ${shown(body.alias)}.`;
        throw wrong('/alias', detail);
      }
      const stored = await schedules.put(tenant, name, scheduleOf(body, caller));
      told(stored.record, caller, 'schedule written');
      return reply.code(stored.isNew ? 201 : 200).send(await stateOf(stored.record, options));
    },
  );

  app.get(
    '/v1/schedules',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listSchedules',
        summary: 'Lists schedules, newest first.',
        description: 'Schedules of the tenant of the key, a page at a time.',
        tags,
        querystring: z.strictObject({
          tenant: tenantSchema.optional(),
          cursor: scheduleCursor.optional().describe('`nextCursor` of the previous page.'),
          limit: numberIn(1, 200).describe('From 1 to 200; 50 by default.'),
        }),
        response: { 200: answer('A page.', schedulePageSchema), ...problemsOf(401, 403, 422, 429) },
      },
    },
    async ({ caller, query: { tenant, cursor = null, limit = 50 } }) => {
      const page = { before: cursor, limit: limit + 1 };
      const found = await schedules.list(listedTenant(tenant, caller), page);
      const items = found.slice(0, limit);
      const nextCursor = found.length > limit ? (items.at(-1)?.id ?? null) : null;
      return { items: items.map(shownSchedule), nextCursor };
    },
  );

  app.get(
    '/v1/schedules/:name',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getSchedule',
        summary: 'A schedule, with its next five instants.',
        description: '`problem` says what keeps the next tick from being a run, as things stand.',
        tags,
        params: functionParams,
        querystring: ofTenant,
        response: {
          200: answer('The schedule.', scheduleSchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async ({ caller, params: { name }, query }) =>
      stateOf(await find(name, query.tenant, caller), options),
  );

  app.get(
    '/v1/schedules/:name/history',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getScheduleHistory',
        summary: 'What became of the ticks of a schedule, newest first.',
        description:
          'The newest 200 are kept. Runs that were started by hand are among `GET /v1/runs?label=castellan/schedule=NAME`.',
        tags,
        params: functionParams,
        querystring: ofTenant.extend({
          limit: numberIn(1, 200).describe('From 1 to 200; 50 by default.'),
        }),
        response: {
          200: answer('The ticks.', historySchema),
          ...problemsOf(401, 403, 404, 422, 429),
        },
      },
    },
    async ({ caller, params: { name }, query: { tenant, limit = 50 } }) => {
      const { id } = await find(name, tenant, caller);
      return { items: await schedules.history(id, limit) };
    },
  );

  for (const [verb, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    app.post(
      `/v1/schedules/:name/${verb}`,
      {
        config: { access: 'functions:write', isBodyless: true },
        schema: {
          operationId: `${verb}Schedule`,
          summary: paused ? 'Has a schedule fire nothing.' : 'Has a schedule fire again.',
          description: 'What would have fired while it was paused is not made up for.',
          tags,
          params: functionParams,
          body: ofTenant.nullish(),
          response: {
            200: answer('The schedule.', scheduleSchema),
            ...problemsOf(400, 401, 403, 404, 413, 415, 422, 429, 503),
          },
        },
      },
      async ({ caller, params: { name }, body }) => {
        const record = await schedules.pause(tenantOf(body?.tenant, caller), name, paused);
        return stateOf(told(record, caller, `schedule ${verb}d`), options);
      },
    );
  }

  app.delete(
    '/v1/schedules/:name',
    {
      config: { access: 'functions:write' },
      schema: {
        operationId: 'deleteSchedule',
        summary: 'Removes a schedule with its history.',
        description: 'Its runs stay, and those that have not ended go on.',
        tags,
        params: functionParams,
        querystring: ofTenant,
        response: {
          200: answer('The schedule as it was.', scheduleSchema),
          ...problemsOf(400, 401, 403, 404, 422, 429, 503),
        },
      },
    },
    async ({ caller, params: { name }, query }) => {
      const tenant = tenantOf(query.tenant, caller);
      const state = await stateOf(await find(name, query.tenant, caller), options);
      told(await schedules.remove(tenant, name), caller, 'schedule deleted');
      return state;
    },
  );
}

function scheduleOf(body: ScheduleBody, caller: Caller): NewSchedule {
  const params = body.params instanceof JsonText ? body.params.text : '{}';
  const bytes = Buffer.byteLength(params);
  if (bytes > mostParamsBytes) {
    throw wrong('/params', `params are ${bytes} bytes; at most ${mostParamsBytes} are kept.`);
  }
  const { cron, timezone = 'UTC', function: called, alias = null } = body;
  const { missed = 'skip', overlap = 'allow', jitterMs = 0, paused = false } = body;
  const definition = { cron, timezone, function: called, alias, params, missed, overlap, jitterMs };
  return { ...definition, paused, createdBy: caller.id };
}

function refuseName(name: string): void {
  if (scheduleForm.test(name)) return;
  throw wrong(
    'name',
    `A schedule may be named with up to 64 of A-Z a-z 0-9 . _ - and not ${shown(name)}.`,
  );
}

function wrong(pointer: string, detail: string): ProblemError {
  return new ProblemError('invalid_request', detail, { errors: [{ pointer, detail }] });
}
