import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../problems/problem.ts';

/** Memory for the bodies of all requests together. */
export interface BodyBudget {
  /** Bytes of one body. */
  readonly mostBytes: number;
  /** Bytes of all large bodies together. */
  readonly totalBytes: number;
  usedBytes: number;
}

/** Below this a body is not counted: the number of requests in flight bounds these. */
const smallBytes = 65_536;

/**
 * Reads a body. Throws `payload_too_large` before reading when its length is announced, else when
 * it crosses the line; what comes after that is not kept. The bytes count until `release`.
 */
export async function readBody(
  request: IncomingMessage,
  budget: BodyBudget,
): Promise<{ readonly bytes: Buffer; readonly release: () => void }> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > budget.mostBytes) throw tooLarge(budget);
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
    if (size > budget.mostBytes) return reject(tooLarge(budget));
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
  const onClose = (): void =>
    reject(new ProblemError('malformed_request', 'The body ended before its announced length.'));
  request.on('data', onData).once('end', resolve).once('close', onClose).once('error', onClose);
  try {
    await promise;
    return { bytes: Buffer.concat(chunks), release };
  } catch (error) {
    release();
    throw error;
  } finally {
    request.off('data', onData).off('end', resolve).off('close', onClose);
    // Whatever still comes is dropped until the answer has closed the connection.
    request.resume();
  }
}

function tooLarge({ mostBytes }: BodyBudget): ProblemError {
  return new ProblemError('payload_too_large', `The body may be ${mostBytes} bytes at most.`);
}
