import { setTimeout as sleep } from 'node:timers/promises';
import type { DriverName } from '@castellan/protocol';
import type { Policy } from '../policies/policy.ts';
import type { Errand, Heard, WorkFence } from '../runs/contract/work.ts';

/** The service, as a worker speaks to it: requests that go out, and nothing that comes in. */
export interface Service {
  policies(signal: AbortSignal): Promise<WorkPolicies>;
  lease(
    asked: Lease,
    signal: AbortSignal,
    answerMs: number,
  ): Promise<Errand & { readonly digest: string }>;
  /** Repeated until the service has an answer. */
  tell(fence: WorkFence, frames: Uint8Array<ArrayBuffer>, signal: AbortSignal): Promise<Heard>;
  upload(fence: WorkFence, file: File, bytes: Blob, signal: AbortSignal): Promise<void>;
}

export interface WorkPolicies {
  readonly version: string;
  readonly leaseMs: number;
  readonly policies: readonly Policy[];
  readonly digest: string;
}

export interface Lease {
  readonly version: string;
  readonly policies: Readonly<Record<string, readonly DriverName[]>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly free: number;
  readonly number: number;
  /** Calls that had no answer yet. */
  readonly open: readonly number[];
  readonly holds: readonly string[];
}

interface File {
  readonly id: string;
  readonly sha256: string;
}

/** The service has answered, and it is no. */
export class RefusedByService extends Error {
  override readonly name = 'RefusedByService';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const firstPauseMs = 100;
const longestPauseMs = 2_000;
/** A service that has not answered by then is not there. */
const usualAnswerMs = 40_000;

export interface ServiceOptions {
  readonly url: URL;
  readonly key: string;
  /** Names this process; see schemas/work.ts. */
  readonly nonce: string;
  /** The service is away; called once each time. */
  readonly onAway: (why: string) => void;
}

export function serviceAt({ url, key, nonce, onAway }: ServiceOptions): Service {
  let isAway = false;
  const fenceHeaders = ({ lease }: WorkFence) => ({
    'castellan-worker': nonce,
    'castellan-lease': String(lease),
  });

  const ask = async (method: string, path: string, given: Given, signal: AbortSignal) => {
    const { answerMs = usualAnswerMs } = given;
    const response = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${key}`, ...given.headers },
      body: given.body ?? null,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(answerMs)]),
    });
    const text = await response.text();
    if (response.ok) return text === '' ? undefined : (JSON.parse(text) as unknown);
    const { code, detail } = problemOf(text);
    throw new RefusedByService(response.status, code, detail ?? `It answers ${response.status}.`);
  };
  /** The same, however long the service is away or has no room. */
  const askSurely = async (...[method, path, given, signal]: Parameters<typeof ask>) => {
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      try {
        const answer = await ask(method, path, given, signal);
        isAway = false;
        return answer;
      } catch (error) {
        const isRefused = error instanceof RefusedByService;
        if (signal.aborted || (isRefused && !isPassing(error.status))) throw error;
        if (!isAway) onAway(whyOf(error));
        isAway = true;
        await sleep(pauseMs, undefined, { signal });
      }
    }
  };

  return {
    policies: async (signal) =>
      (await askSurely('GET', '/v1/work/policies', {}, signal)) as WorkPolicies,
    lease: async (asked, signal, answerMs) => {
      const body = JSON.stringify({ worker: nonce, ...asked });
      const headers = { 'content-type': 'application/json' };
      return (await askSurely(
        'POST',
        '/v1/work/lease',
        { headers, body, answerMs },
        signal,
      )) as never;
    },
    tell: async (fence, body, signal) => {
      const headers = {
        ...fenceHeaders(fence),
        'content-type': 'application/vnd.castellan.frames',
        'castellan-sent': String(Date.now()),
      };
      const path = `/v1/work/runs/${fence.id}/events`;
      return (await askSurely('POST', path, { headers, body }, signal)) as never;
    },
    upload: async (fence, { id, sha256 }, body, signal) => {
      const headers = {
        ...fenceHeaders(fence),
        'content-type': 'application/octet-stream',
        'castellan-sha256': sha256,
      };
      const path = `/v1/work/runs/${fence.id}/artifacts/${id}`;
      await askSurely('PUT', path, { headers, body }, signal);
    },
  };
}

interface Given {
  readonly answerMs?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer> | Blob;
}

/** Another try may be answered otherwise. */
function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

function problemOf(text: string): { readonly code: string; readonly detail?: string } {
  try {
    return JSON.parse(text) as { code: string; detail: string };
  } catch {
    return { code: 'no_problem' };
  }
}

function whyOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
}
