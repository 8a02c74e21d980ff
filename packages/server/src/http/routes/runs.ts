import type { FastifyRequest } from 'fastify';
import { namesOf, runStatuses } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import type { Submit } from '../admission/submit.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { cursorSchema, numberIn, runParams, submitHeaders } from '../schemas/params.ts';
import { policySchema, runRequestSchema, tenantSchema } from '../schemas/request.ts';
import { networkLogSchema, runPageSchema, runSchema } from '../schemas/run.ts';
import { type App, listedTenant, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { sendJson } from './send.ts';
import type { Started } from './started.ts';

const tags = ['runs'];

const queryOfList = z.strictObject({
  status: z.enum(namesOf(runStatuses)).optional(),
  tenant: tenantSchema.optional(),
  policy: policySchema.optional(),
  label: z.string().min(1).max(321).optional().describe('`name=value`, or a name alone.'),
  cursor: cursorSchema.optional().describe('`nextCursor` of the previous page.'),
  limit: numberIn(1, 200).describe('From 1 to 200; 50 by default.'),
});

/** Submits, reads, lists and cancels runs. */
export function addRuns(app: App, { runs }: RouteOptions, submit: Submit, started: Started): void {
  app.post(
    '/v1/runs',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'submitRun',
        summary: 'Submits a run. It is durable when this answers.',
        description:
          'With `Prefer: wait=N` the answer waits up to N seconds, 60 at most, for the end of the run: 200 when it has ended, also badly, else 202. With `Idempotency-Key` a repeated request gives the same run for 24 hours.',
        tags,
        headers: submitHeaders,
        body: runRequestSchema,
        response: {
          200: answer('The run, which has ended.', runSchema),
          202: answer(
            'The run, which is queued or running. `Location` says where it is.',
            runSchema,
          ),
          ...problemsOf(400, 401, 403, 409, 413, 415, 422, 429, 503),
        },
      },
    },
    async (request, reply) => started(() => submit(request.body, request), request, reply),
  );

  app.get(
    '/v1/runs',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listRuns',
        summary: 'Lists runs, newest first.',
        description: 'Runs of the tenant of the key, without logs and value, a page at a time.',
        tags,
        querystring: queryOfList,
        response: { 200: answer('A page.', runPageSchema), ...problemsOf(401, 403, 422, 429) },
      },
    },
    async (request, reply) => {
      const { caller, query } = request;
      const { limit = 50, status, policy, label, cursor } = query;
      const { items, nextCursor } = await runs.list({
        tenant: listedTenant(query.tenant, caller),
        limit,
        ...(status === undefined ? {} : { status }),
        ...(policy === undefined ? {} : { policy }),
        ...(label === undefined ? {} : { label }),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const listed = items.map(({ json }) => json).join(',');
      return sendJson(reply, `{"items":[${listed}],"nextCursor":${JSON.stringify(nextCursor)}}`);
    },
  );

  app.get(
    '/v1/runs/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getRun',
        summary: 'A run as it stands.',
        description: 'With its logs, value, artifacts, usage and isolation, also while it runs.',
        tags,
        params: runParams,
        response: { 200: answer('The run.', runSchema), ...problemsOf(401, 403, 404, 429) },
      },
    },
    async (request, reply) => {
      const run = await runs.get(reachOf(request.caller), request.params.id);
      return sendJson(reply, found(run, request).json);
    },
  );

  app.delete(
    '/v1/runs/:id',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'cancelRun',
        summary: 'Cancels a run: kills it, and keeps its logs and artifacts.',
        description:
          'Its box is gone when `run.finished` has come. A run that has ended keeps its status.',
        tags,
        params: runParams,
        response: {
          202: answer('The run, which will have ended.', runSchema),
          ...problemsOf(401, 403, 404, 409, 429),
        },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const reach = reachOf(request.caller);
      const outcome = found(await runs.cancel(reach, id), request);
      const run = found(await runs.get(reach, id), request);
      if (outcome === 'ended') {
        throw new ProblemError('run_ended', `The run ${id} has ended as ${run.status}.`);
      }
      return sendJson(reply.code(202), run.json);
    },
  );

  app.get(
    '/v1/runs/:id/network',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getNetworkLog',
        summary: 'The outbound requests of a run, denied ones among them.',
        description:
          'With the address that each host resolved to, what came back, and why one was denied.',
        tags,
        params: runParams,
        response: {
          200: answer('The requests, in order.', networkLogSchema),
          ...problemsOf(401, 403, 404, 429),
        },
      },
    },
    async (request, reply) => {
      const log = await runs.network(reachOf(request.caller), request.params.id);
      const { text } = found(log, request);
      return sendJson(reply, `{"items":${text}}`);
    },
  );
}

/** The same answer for what never was and for what is another tenant's. */
export function found<Value>(value: Value | undefined, request: FastifyRequest): Value {
  const { id } = request.params as { id: string };
  if (value === undefined) throw new ProblemError('not_found', `There is no run ${shown(id)}.`);
  request.runId = id;
  return value;
}
