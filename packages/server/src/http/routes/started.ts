import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Taken } from '../admission/submit.ts';
import { dropBody } from '../body/json.ts';
import type { Runs, StoredRun } from '../../runs/contract/runs.ts';
import { readWait } from './prefer.ts';
import { sendJson } from './send.ts';

/** Answers a request that starts a run: when it is written down, or waits for its end as was asked. */
export type Started = (
  take: () => Promise<Taken>,
  request: Pick<FastifyRequest, 'headers' | 'runId' | 'releaseBody'> & { body: unknown },
  reply: FastifyReply,
) => Promise<FastifyReply>;

/** `closing` ends all waiting. */
export function startedBy(runs: Runs, closing: AbortSignal): Started {
  const waitFor = async (
    run: StoredRun,
    waitS: number,
    reply: FastifyReply,
  ): Promise<StoredRun> => {
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
  };

  return async (take, request, reply) => {
    const waitS = readWait(request.headers['prefer']);
    // When it is dropped, nothing of the body is held any more.
    const { submitted, claimed } = await take().finally(() => dropBody(request));
    using _ = claimed;
    const { run, isReplay } = submitted;
    request.runId = run.id;
    void reply.header('location', `/v1/runs/${run.id}`);
    if (isReplay) void reply.header('idempotency-replayed', 'true');
    if (waitS === undefined) return await sendJson(reply.code(202), run.json);
    void reply.header('preference-applied', `wait=${waitS}`);
    const ended = await waitFor(run, waitS, reply);
    return await sendJson(reply.code(ended.finishedAt === null ? 202 : 200), ended.json);
  };
}
