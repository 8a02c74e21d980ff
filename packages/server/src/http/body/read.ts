import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../problems/problem.ts';

/** The memory budget for the bodies of all requests. */
export interface BodyBudget {
  /** The largest body, in bytes. */
  readonly mostBytes: number;
  /** Bytes of all large bodies together. */
  readonly totalBytes: number;
  usedBytes: number;
}

/** Smaller bodies are not counted: the limit of requests in flight bounds them. */
const smallBytes = 65_536;

/** The largest body whose length is not declared. */
const unannouncedBytes = 262_144;

/**
 * Reads a body. Throws `payload_too_large` before reading if the declared length is too large, else
 * when the bytes read exceed the limit; the rest is discarded. The bytes count against the budget
 * until `release`.
 */
export async function readBody(
  request: IncomingMessage,
  budget: BodyBudget,
): Promise<{ readonly bytes: Buffer; readonly release: () => void }> {
  const length = request.headers['content-length'];
  const most = length === undefined ? unannouncedBytes : budget.mostBytes;
  if (Number(length ?? 0) > most) throw tooLarge(most);
  const chunks: Buffer[] = [];
  let size = 0;
  let counted = 0;
  const release = (): void => {
    budget.usedBytes -= counted;
    counted = 0;
  };
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onData = (chunk: Buffer): void => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > most) return reject(tooLarge(most));
    if (size <= smallBytes) return;
    budget.usedBytes += size - counted;
    counted = size;
    if (budget.usedBytes <= budget.totalBytes) return;
    reject(
      new ProblemError('overloaded', 'Too many large bodies arrive at the same time.', {
        retryAfterMs: 1_000,
      }),
    );
  };
  const onClose = (): void => {
    if (request.complete) return resolve();
    reject(new ProblemError('malformed_request', 'The body ended before its announced length.'));
  };
  request.on('data', onData).once('end', resolve).once('close', onClose).once('error', onClose);
  try {
    await promise;
    return { bytes: Buffer.concat(chunks), release };
  } catch (error) {
    release();
    throw error;
  } finally {
    request.off('data', onData).off('end', resolve).off('close', onClose);
  }
}

function tooLarge(most: number): ProblemError {
  const why = most === unannouncedBytes ? ', or more when Content-Length announces it' : '';
  return new ProblemError('payload_too_large', `The body may be ${most} bytes at most${why}.`);
}
