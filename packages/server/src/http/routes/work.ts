import { createHash } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../../keys/keys.ts';
import type { Policy } from '../../policies/policy.ts';
import { isRunId } from '../../runs/artifacts/artifacts.ts';
import { WorkError, type WorkFence } from '../../runs/contract/work.ts';
import { driverWord, labelWord, policyWord } from '../../runs/contract/words.ts';
import { readSaid } from '../body/said.ts';
import { ProblemError } from '../problems/problem.ts';
import { answer, problemsOf } from '../schemas/answers.ts';
import {
  artifactHeaders,
  artifactParams,
  eventHeaders,
  type FenceHeaders,
  leaseAnswerSchema,
  leaseSchema,
  toldSchema,
  uploadedSchema,
  workPoliciesSchema,
  workRunParams,
} from '../schemas/work.ts';
import type { App } from './app.ts';
import type { RouteOptions } from './options.ts';

const tags = ['work'];
const access = 'work';

/** How long an errand may be waited for, in parts of a lease: the wait is the sign of life. */
const polls = 3;

/**
 * Launchers on other machines. They come by themselves, and have nothing but a key of the scope `work`: with it
 * they take runs of the key's policies, and speak of the runs that they were given and of no other.
 */
export function addWork(app: App, options: RouteOptions, closing: AbortSignal): void {
  const { policies, offerOf, version, leaseMs } = options;
  const { work } = options.runs;

  /** Those of the key; not those with helpers or `kv`, which scripts ask of this service's own process. */
  const policiesOf = (caller: Caller) =>
    caller.policies.flatMap((name) => {
      const policy = policies.get(name);
      if (policy === undefined || policy.kv || offerOf(name).helpers.length > 0) return [];
      return policy;
    });
  const refuseOther = (theirs: string): never => {
    const detail = `This worker is Castellan ${theirs}, and the service is ${version}: install castellan@${version} where the worker runs, and start it again.`;
    throw new ProblemError('worker_version', detail, { value: theirs, allowed: [version] });
  };

  app.get(
    '/v1/work/policies',
    {
      config: { access, isQuiet: true, isOfWorkers: true },
      schema: {
        operationId: 'getWorkPolicies',
        summary: 'The policies that a worker with this key makes boxes of, with their secrets.',
        description:
          'Those of the key, but for policies with helpers or `kv`, which stay with the service. `digest` of a lease says when they have changed.',
        tags,
        response: {
          200: answer('The policies, and the rules of leases.', workPoliciesSchema),
          ...problemsOf(401, 403),
        },
      },
    },
    ({ caller }) => {
      const offered = policiesOf(caller);
      return { version, leaseMs, policies: offered, digest: digestOf(offered) };
    },
  );

  app.post(
    '/v1/work/lease',
    {
      config: { access, isQuiet: true, isOfWorkers: true },
      schema: {
        operationId: 'leaseRuns',
        summary: 'Takes runs from the queue; waits a part of a lease when there is none.',
        description:
          'A worker always has one such call under way: it is the sign of its life too, and a newer one of the same worker ends an older. Runs that it holds and does not name, and that have not started, are given to it again.',
        tags,
        body: leaseSchema,
        response: {
          200: answer('Runs to start and runs to kill.', leaseAnswerSchema),
          ...problemsOf(400, 401, 403, 409, 422, 503),
        },
      },
    },
    async (request, reply) => {
      const { caller, body } = request;
      // It ends the runs that it has, and is told then.
      const isOther = body.version !== version;
      if (isOther && body.holds.length === 0) refuseOther(body.version);
      const offered = isOther ? [] : policiesOf(caller);
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const worker = {
        id: workerId(caller, body.worker),
        has: [
          ...offered.flatMap(({ name }) => {
            const drivers = Object.hasOwn(body.policies, name) ? body.policies[name] : undefined;
            if (drivers === undefined) return [];
            return [policyWord(name), ...drivers.map((driver) => driverWord(name, driver))];
          }),
          ...Object.entries(body.labels).map(([name, value]) => labelWord(name, value)),
        ],
        policies: offered
          .map(({ name }) => name)
          .filter((name) => Object.hasOwn(body.policies, name)),
        labels: body.labels,
        free: isOther ? 0 : body.free,
        number: body.number,
        open: new Set(body.open),
        holds: new Set(body.holds),
      };
      const signal = AbortSignal.any([gone.signal, closing]);
      const errand = await work.poll(worker, Math.ceil(leaseMs / polls), signal);
      return { ...errand, digest: digestOf(policiesOf(caller)) };
    },
  );

  app.post(
    '/v1/work/runs/:id/events',
    {
      config: { access, isQuiet: true, isOfWorkers: true, takes: 'frames' },
      schema: {
        operationId: 'tellEvents',
        summary:
          'Tells events of a run, in their order; those that were told before change nothing.',
        description:
          'The body is the frames of `launching/messages.ts`: events, the last of an attempt being its end or why there is none. The answer comes when all of it is stored.',
        tags,
        params: workRunParams,
        headers: eventHeaders,
        response: {
          200: answer('Which event is the next.', toldSchema),
          ...problemsOf(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request) => {
      const { worker, fence } = handsOf(request);
      const atMs = Number(request.headers['castellan-sent']);
      const said = readSaid(request.body as Buffer, Number.isFinite(atMs) ? atMs : Date.now());
      const heard = await tried(() => work.tell(worker, fence, said));
      return heard ?? notHeld(fence);
    },
  );

  app.put(
    '/v1/work/runs/:id/artifacts/:artifact',
    {
      config: { access, isQuiet: true, isOfWorkers: true, takes: 'bytes' },
      schema: {
        operationId: 'uploadArtifact',
        summary: 'Sends the bytes of an artifact, before its event is told.',
        description:
          'As `application/octet-stream`, with their length. What does not arrive whole, and with the announced SHA-256, is removed.',
        tags,
        params: artifactParams,
        headers: artifactHeaders,
        response: {
          200: answer('The bytes are there, and are what was announced.', uploadedSchema),
          ...problemsOf(400, 401, 403, 409, 413, 415, 422, 503),
        },
      },
    },
    async (request) => {
      const { worker, fence } = handsOf(request);
      const { artifact: id } = request.params;
      const { 'castellan-sha256': sha256, 'content-length': length } = request.headers;
      const file = { id, sha256, sizeBytes: Number(length) };
      const isIts = await tried(() => work.upload(worker, fence, file, request.raw));
      if (!isIts) notHeld(fence);
      return { id };
    },
  );
}

/** Tells policies from others, and nothing of what is in them. */
function digestOf(policies: readonly Policy[]): string {
  return createHash('sha256').update(JSON.stringify(policies)).digest('hex').slice(0, 32);
}

/** A worker is of its key, so that no other key can speak for it. */
function workerId({ id }: Caller, nonce: string): string {
  return `worker_${id}_${nonce}`;
}

function handsOf(request: FastifyRequest): { worker: string; fence: WorkFence } {
  const { 'castellan-worker': nonce, 'castellan-lease': lease } = request.headers as FenceHeaders;
  const { id } = request.params as { id: string };
  const fence = { id, lease: Number(lease) };
  if (!isRunId(id)) notHeld(fence);
  return { worker: workerId(request.caller, nonce), fence };
}

/** The same for a run that is another's, was put back, has ended, or never was. */
function notHeld({ id, lease }: WorkFence): never {
  throw new ProblemError('lease_lost', `The worker does not hold ${id} under the lease ${lease}.`);
}

async function tried<Result>(act: () => Promise<Result>): Promise<Result> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof WorkError) throw new ProblemError(codes[error.fault], error.message);
    throw error;
  }
}

const codes = {
  out_of_order: 'event_out_of_order',
  not_uploaded: 'artifact_missing',
  wrong_bytes: 'artifact_broken',
  too_much: 'payload_too_large',
} as const satisfies Record<WorkError['fault'], string>;
