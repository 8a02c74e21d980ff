import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** A client's call and what came of it. The client's log is what the store is compared with. */
export interface Call {
  readonly key: string;
  readonly nonce: string;
  readonly maxAttempts: number;
  /** Of the last answer. */
  status: number;
  /** How often each status other than 202 was answered. */
  readonly refusals: Map<number, number>;
  /** All ids returned for the key: there must be one. */
  readonly ids: Set<string>;
}

/** Records its start, waits, and returns the nonce and the token that it recorded. */
export const markedScript = (ms: number): string => `
  const token = crypto.randomUUID();
  await mark(params.nonce, token);
  await new Promise((done) => setTimeout(done, ${ms}));
  return { nonce: params.nonce, token };`;

export interface Asked {
  readonly code: string;
  readonly maxAttempts?: number;
  /** Further fields of the request. */
  readonly more?: object;
}

/**
 * Submits one run, as a client that retries: a call without an answer is made again
 * with the same key, and so is one that was refused for the time being.
 */
export async function submit(
  url: string,
  { code, maxAttempts = 1, more }: Asked,
  giveUp: AbortSignal,
): Promise<Call> {
  const call: Call = {
    key: randomUUID(),
    nonce: randomUUID(),
    maxAttempts,
    status: 0,
    refusals: new Map(),
    ids: new Set(),
  };
  const params = { nonce: call.nonce };
  const body = JSON.stringify({ code, params, retry: { maxAttempts }, ...more });
  const headers = { 'content-type': 'application/json', 'idempotency-key': call.key };
  while (!giveUp.aborted) {
    try {
      const answer = await fetch(`${url}/v1/runs`, { method: 'POST', headers, body });
      call.status = answer.status;
      const { id } = (await answer.json()) as { id?: string };
      if (answer.status === 202 && id !== undefined) {
        call.ids.add(id);
        return call;
      }
      call.refusals.set(answer.status, (call.refusals.get(answer.status) ?? 0) + 1);
      if (![409, 429, 503].includes(answer.status)) return call;
    } catch {
      // Not answered: whether it was accepted is to be found out.
    }
    await sleep(50);
  }
  return call;
}

/** Resolves when nothing is queued or running any more; rejects when `giveUp` aborts. */
export async function settled(url: string, giveUp: AbortSignal): Promise<void> {
  for (;;) {
    const status = await fetch(`${url}/v1/status`)
      .then((answer) => answer.json() as Promise<{ running: number; queued: number }>)
      .catch(() => undefined);
    if (status?.running === 0 && status.queued === 0) return;
    if (giveUp.aborted) throw new Error(`The service did not settle: ${JSON.stringify(status)}.`);
    await sleep(100);
  }
}
