import type { Runs, StoredRun } from '../runs/contract/runs.ts';
import { isStorageFault } from '../storage/fault.ts';
import { messageOf } from './message.ts';
import { type Attempt, type DueDelivery, longestPauseMs, pausesMs } from './record.ts';
import { secretsOf, signed, type Signed } from './signature.ts';
import type { Settled, WebhookStore } from './store.ts';

/** What came of a request to a receiver. */
export type Sent =
  | { readonly status: number; readonly retryAfter: string | null }
  /** Why there is no answer, for people. */
  | { readonly failed: string }
  /** Nothing was sent; later something may be. */
  | { readonly busyMs: number };

/** Sends one message to a receiver, through walls of its own. Never rejects. */
export type Send = (to: {
  readonly tenant: string;
  readonly url: string;
  readonly message: Signed;
  readonly signal: AbortSignal;
}) => Promise<Sent>;

interface Parts {
  readonly webhooks: WebhookStore;
  readonly runs: Pick<Runs, 'get'>;
  readonly send: Send;
  /** What signing secrets are derived from. */
  readonly root: Uint8Array;
  /** How long deliveries that are over are kept. */
  readonly keepMs: number;
  readonly log: { error(facts: object, message: string): void };
  /** Called with how each attempt went. */
  readonly onAttempt?: (outcome: 'delivered' | 'retried' | 'failed') => void;
  /** Milliseconds since 1970. */
  readonly wall?: () => number;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
}

/** Delivers until it is disposed of, which waits for attempts under way. */
export interface Deliverer extends AsyncDisposable {
  /** Looks at once: something is due. */
  wake(): void;
}

/** The longest time between two looks: what other processes have written is seen then. */
const lookMs = 1_000;
const soonMs = 20;
/** A run that goes on is looked at again when it is twice as old. */
const lookAgainMs = { least: 2_000, most: 60_000 } as const;
const sweepMs = 600_000;

/** Any number of processes may deliver over one store, and each may die at any moment. */
export function startDeliverer(parts: Parts): Deliverer {
  const { webhooks, log, wall = Date.now } = parts;
  const stopping = new AbortController();
  const busy = new Map<string, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let looking = Promise.resolve();
  let isLooking = false;
  let isWoken = false;
  let sweptMs = 0;

  const told = async (work: Promise<unknown>, facts: object): Promise<void> => {
    await work.catch((error: unknown) => {
      // While the store is away nothing is due; what it has missed is found when it is back.
      if (!isStorageFault(error)) log.error({ ...facts, err: error }, 'a webhook failed');
    });
  };
  const look = async (): Promise<void> => {
    const early = new Map<DueDelivery, number>();
    for (const due of await webhooks.due(wall())) {
      if (busy.has(due.id)) continue;
      const run = await parts.runs.get(due.tenant, due.runId);
      if (run?.finishedAt === null) {
        const ageMs = wall() - Date.parse(due.createdAt);
        const { least, most } = lookAgainMs;
        early.set(due, wall() + Math.min(most, Math.max(least, ageMs)));
        continue;
      }
      const delivering = told(deliver(due, run, parts, stopping.signal), { delivery: due.id });
      busy.set(due.id, delivering);
      void delivering.then(() => busy.delete(due.id));
    }
    if (early.size > 0) await webhooks.postpone(early);
    if (wall() - sweptMs < sweepMs) return;
    sweptMs = wall();
    await webhooks.sweep(wall() - parts.keepMs);
  };
  const next = async (): Promise<number> => {
    const nextMs = await webhooks.nextMs();
    return nextMs === null ? lookMs : Math.min(lookMs, Math.max(soonMs, nextMs - wall()));
  };
  const loop = async (): Promise<void> => {
    isLooking = true;
    isWoken = false;
    let waitMs = lookMs;
    await told(
      look().then(async () => {
        waitMs = await next();
      }),
      {},
    );
    isLooking = false;
    if (!stopping.signal.aborted) plan(isWoken ? 0 : waitMs);
  };
  const plan = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void (looking = loop()), ms).unref();
  };
  plan(0);

  return {
    wake: () => {
      isWoken = true;
      if (!isLooking && !stopping.signal.aborted) plan(0);
    },
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      clearTimeout(timer);
      await looking;
      await Promise.all(busy.values());
    },
  };
}

/** `run`: as it has ended; undefined where it is not kept any more. */
async function deliver(
  due: DueDelivery,
  run: StoredRun | undefined,
  parts: Parts,
  signal: AbortSignal,
): Promise<void> {
  const { webhooks, wall = Date.now } = parts;
  const claimed = await webhooks.claim(due, wall());
  if (claimed === undefined) return;
  const { tenant, url, id } = claimed;
  const startedMs = wall();
  const attempt = (status: number | null, detail: string | null): Attempt => ({
    at: new Date(startedMs).toISOString(),
    status,
    durationMs: wall() - startedMs,
    detail,
  });
  const settle = async (settled: Settled): Promise<void> => {
    if (!(await webhooks.settle(claimed, settled))) return;
    parts.onAttempt?.(settled.state === 'waiting' ? 'retried' : settled.state);
  };
  if (run === undefined) {
    const detail = 'The run is not kept any more.';
    return settle({ state: 'failed', attempt: attempt(null, detail) });
  }
  const secrets = secretsOf(parts.root, tenant, await webhooks.generation(tenant), startedMs);
  const message = signed(id, messageOf(run), secrets, startedMs);
  const sent = await parts.send({ tenant, url, message, signal });
  if ('busyMs' in sent) {
    const dueMs = wall() + sent.busyMs;
    await webhooks.settle(claimed, { state: 'waiting', dueMs, attempt: null });
    return;
  }
  const status = 'status' in sent ? sent.status : null;
  const detail = detailOf(sent);
  if (detail === null) return settle({ state: 'delivered', attempt: attempt(status, null) });
  const pauseMs = pauseOf(claimed.tries, sent, wall(), parts.random ?? Math.random);
  return settle(
    pauseMs === null
      ? { state: 'failed', attempt: attempt(status, detail) }
      : { state: 'waiting', dueMs: wall() + pauseMs, attempt: attempt(status, detail) },
  );
}

/** Why an answer delivers nothing; null: it does. */
function detailOf(sent: Exclude<Sent, { busyMs: number }>): string | null {
  if ('failed' in sent) return sent.failed;
  const { status } = sent;
  if (status >= 200 && status < 300) return null;
  if (status >= 300 && status < 400) return `It answered ${status}: redirects are not followed.`;
  if (status === 410) return 'It answered 410: the receiver wants no more of these.';
  return `It answered ${status}.`;
}

/** When the next attempt follows; null: none does. */
export function pauseOf(
  tries: number,
  sent: Exclude<Sent, { busyMs: number }>,
  nowMs: number,
  random: () => number,
): number | null {
  const isUnwanted = 'status' in sent && sent.status === 410;
  const pauseMs = pausesMs[tries];
  if (isUnwanted || pauseMs === undefined) return null;
  // Up to a fifth more or less, so that what failed together is not tried together.
  const jittered = Math.round(pauseMs * (0.8 + 0.4 * random()));
  const asked = 'status' in sent ? askedPause(sent.retryAfter, nowMs) : 0;
  return Math.max(jittered, Math.min(asked, longestPauseMs));
}

/** What `Retry-After` asks for, in milliseconds: seconds or a date; 0 for anything else. */
function askedPause(retryAfter: string | null, nowMs: number): number {
  if (retryAfter === null) return 0;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const ms = Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
