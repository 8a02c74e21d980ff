import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Run } from '@castellan/protocol';
import { dropRest, safeHeaders } from '../problems/answer.ts';
import { retryAfter } from '../problems/problem.ts';
import { readProblem } from '../problems/read.ts';
import { problemTable } from '../problems/table.ts';

/** An answer of the service in place of a function's. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What a run that gave no answer is to a client: nothing of what it says about itself, which is in its record for
 * whoever owns it.
 */
export function refusalOf({ status }: Pick<Run, 'status'>): Refusal {
  switch (status) {
    case 'timed_out':
      return { status: 504, text: 'The function took too long.' };
    case 'expired':
      return {
        status: 503,
        text: 'The service is busy.',
        headers: { 'retry-after': '1' },
      };
    case 'cancelled':
      return { status: 503, text: 'The call was cancelled.' };
    case 'error':
      return { status: 502, text: 'The function could not be run.' };
    default:
      return { status: 500, text: 'The function failed.' };
  }
}

export const tooLarge: Refusal = { status: 413, text: 'The body of the request is too large.' };

/** A problem, whose detail is for callers with a key: others learn no more than its kind. */
export function refusalBy(
  error: unknown,
  isKeyed: boolean,
): Refusal & { readonly isOurs: boolean } {
  const problem = readProblem(error);
  const { code, status } = problem;
  const isOurs = code === 'internal';
  const { retryAfterMs } = problem.extras;
  return {
    status,
    isOurs,
    text: isKeyed && !isOurs ? problem.message : problemTable[code].title,
    headers: {
      ...(retryAfterMs === undefined ? {} : { 'retry-after': retryAfter(retryAfterMs) }),
      ...(code === 'unauthorized' ? { 'www-authenticate': 'Bearer' } : {}),
    },
  };
}

/** Sends it, unless an answer has begun. */
export function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  { status, text, headers = {} }: Refusal,
): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const body = `${status} ${text}\n`;
  if (!request.complete) dropRest(request);
  response.writeHead(status, {
    ...safeHeaders,
    'content-type': 'text/plain; charset=utf-8',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(request.complete ? {} : { connection: 'close' }),
    ...headers,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
