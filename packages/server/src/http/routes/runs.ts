import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Run, namesOf, runStatuses } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { z } from 'zod';
import type { Caller } from '../../keys/keys.ts';
import { admit, tenantOf } from '../admission/admit.ts';
import { refuseDenied } from '../admission/check-cache.ts';
import { readIdempotencyKey, trackInFlight } from '../admission/idempotency.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import { cursorSchema, numberIn, runParams } from '../schemas/params.ts';
import { runRequestSchema, tenantSchema } from '../schemas/request.ts';
import { networkLogSchema, runPageSchema, runSchema } from '../schemas/run.ts';
import { type App, reachOf } from './app.ts';
import type { RouteOptions } from './options.ts';
import { readWait } from './prefer.ts';

const tags = ['runs'];

const submitHeaders = z.looseObject({
  prefer: z.string().optional().describe('`wait=N`: seconds that the answer may wait.'),
  'idempotency-key': z.string().optional().describe('1 to 255 visible ASCII characters.'),
});

const queryOfList = z.strictObject({
  status: z.enum(namesOf(runStatuses)).optional(),
  tenant: tenantSchema.optional(),
  label: z.string().min(1).max(321).optional().describe('`name=value`, or a name alone.'),
  cursor: cursorSchema.optional().describe('`nextCursor` of the previous page.'),
  limit: numberIn(1, 200).describe('From 1 to 200; 50 by default.'),
});

/** Submits, reads, lists and cancels runs. `closing` ends every request that waits. */
export function addRuns(app: App, options: RouteOptions, closing: AbortSignal): void {
  const { runs, policies, offerOf, check } = options;
  const whileUnanswered = trackInFlight();
  const refuse = refuseDenied(check);

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
    async (request, reply) => {
      const { caller, subject, headers } = request;
      const key = readIdempotencyKey(headers['idempotency-key']);
      const submission = admit(
        request.body,
        caller,
        { policies, offerOf },
        key === undefined ? null : { subject, key },
      );
      const waitS = readWait(headers.prefer);
      return whileUnanswered(submission.idempotency, async () => {
        await refuse(submission, caller);
        const { run, isReplay } = await runs.submit(submission);
        request.runId = run.id;
        void reply.header('location', `/v1/runs/${run.id}`);
        if (isReplay) void reply.header('idempotency-replayed', 'true');
        if (waitS === undefined) return reply.code(202).send(run);
        void reply.header('preference-applied', `wait=${waitS}`);
        const ended = await waitFor(run, waitS, reply);
        return reply.code(ended.finishedAt === null ? 202 : 200).send(ended);
      });
    },
  );

  async function waitFor(run: Run, waitS: number, reply: FastifyReply): Promise<Run> {
    if (run.finishedAt !== null || waitS === 0 || closing.aborted) return run;
    const stop = new AbortController();
    const end = (): void => stop.abort();
    const timer = setTimeout(end, waitS * 1_000);
    reply.raw.once('close', end);
    closing.addEventListener('abort', end, { once: true });
    try {
      return (await runs.ended(null, run.id, stop.signal)) ?? run;
    } finally {
      clearTimeout(timer);
      reply.raw.off('close', end);
      closing.removeEventListener('abort', end);
    }
  }

  app.get(
    '/v1/runs',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'listRuns',
        summary: 'Lists runs, newest first.',
        tags,
        querystring: queryOfList,
        response: { 200: answer('A page.', runPageSchema), ...problemsOf(401, 403, 422, 429) },
      },
    },
    (request) => {
      const { caller, query } = request;
      const { limit = 50, status, label, cursor } = query;
      return runs.list({
        tenant: listedTenant(query.tenant, caller),
        limit,
        ...(status === undefined ? {} : { status }),
        ...(label === undefined ? {} : { label }),
        ...(cursor === undefined ? {} : { cursor }),
      });
    },
  );

  app.get(
    '/v1/runs/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getRun',
        summary: 'A run as it stands.',
        tags,
        params: runParams,
        response: { 200: answer('The run.', runSchema), ...problemsOf(401, 403, 404, 429) },
      },
    },
    (request) => found(runs.get(reachOf(request.caller), request.params.id), request),
  );

  app.delete(
    '/v1/runs/:id',
    {
      config: { access: 'runs:write' },
      schema: {
        operationId: 'cancelRun',
        summary: 'Cancels a run: kills it, and keeps its logs and artifacts.',
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
      const run = found(runs.get(reach, id), request);
      if (outcome === 'ended') {
        throw new ProblemError('run_ended', `The run ${id} has ended as ${run.status}.`);
      }
      return reply.code(202).send(run);
    },
  );

  app.get(
    '/v1/runs/:id/network',
    {
      config: { access: 'runs:read' },
      schema: {
        operationId: 'getNetworkLog',
        summary: 'The outbound requests of a run, denied ones among them.',
        tags,
        params: runParams,
        response: {
          200: answer('The requests, in order.', networkLogSchema),
          ...problemsOf(401, 403, 404, 429),
        },
      },
    },
    (request) => ({
      items: found(runs.network(reachOf(request.caller), request.params.id), request),
    }),
  );
}

/** Throws the same problem for an unknown id and for another tenant's. */
export function found<Value>(value: Value | undefined, request: FastifyRequest): Value {
  const { id } = request.params as { id: string };
  if (value === undefined) throw new ProblemError('not_found', `There is no run ${shown(id)}.`);
  request.runId = id;
  return value;
}

function listedTenant(asked: string | undefined, caller: Caller): string | null {
  if (caller.id === 'anonymous') {
    throw new ProblemError('scope_missing', 'Runs without a key are known by their ids only.');
  }
  return asked === undefined ? reachOf(caller) : tenantOf(asked, caller);
}
