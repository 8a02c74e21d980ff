import type { IncomingMessage } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { ProblemError } from '../problems/problem.ts';
import { type Shares, tenantShares } from './shares.ts';

/** The memory budget for the bodies of all requests. */
export interface BodyBudget {
  /** The largest body, in bytes. */
  readonly mostBytes: number;
  /** Bytes of all heavy bodies together. */
  readonly totalBytes: number;
  usedBytes: number;
  /** The part that one tenant may use; its further bodies wait before a byte of them is read. */
  readonly shares: Shares;
  /** Resolves when the last heavy body that was received may be parsed: one in each turn of the event loop. */
  lastTurn: Promise<void>;
}

/** One tenant may use a quarter of the bytes, and at least as many as the largest body has. */
export function bodyBudget(mostBytes: number, totalBytes: number): BodyBudget {
  const shares = tenantShares(Math.max(mostBytes, totalBytes / 4));
  return { mostBytes, totalBytes, usedBytes: 0, shares, lastTurn: Promise.resolve() };
}

/** Smaller bodies are not counted: the limit of requests in flight bounds them. */
const smallBytes = 65_536;

/** The largest body whose length is not declared. */
const unannouncedBytes = 262_144;

/** A body, whose bytes count until `release`. */
export interface ReadBody {
  readonly bytes: Buffer;
  readonly release: () => void;
}

/**
 * Reads a body. Throws `payload_too_large` before reading when its length is announced, else when
 * it crosses the line; what comes after that is not kept. A heavy one waits until the share of its
 * tenant has room, and once it is here, for a turn of the event loop of its own.
 */
export async function readBody(
  request: IncomingMessage,
  tenant: string,
  budget: BodyBudget,
): Promise<ReadBody> {
  const length = request.headers['content-length'];
  const most = length === undefined ? unannouncedBytes : budget.mostBytes;
  const announced = Number(length ?? most);
  if (length !== undefined && announced > most) throw tooLarge(most);
  if (announced <= smallBytes) return receive(request, most, budget);
  const gone = new AbortController();
  const hangUp = (): void => gone.abort(cutOff());
  request.once('close', hangUp);
  const leave = await budget.shares.take(tenant, announced, gone.signal);
  request.off('close', hangUp);
  try {
    const { bytes, release } = await receive(request, most, budget);
    if (bytes.length > smallBytes) await (budget.lastTurn = budget.lastTurn.then(() => nextTurn()));
    return {
      bytes,
      release: () => {
        release();
        leave();
      },
    };
  } catch (error) {
    leave();
    throw error;
  }
}

async function receive(
  request: IncomingMessage,
  most: number,
  budget: BodyBudget,
): Promise<ReadBody> {
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
    reject(cutOff());
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

function cutOff(): ProblemError {
  return new ProblemError('malformed_request', 'The body ended before its announced length.');
}

function tooLarge(most: number): ProblemError {
  const why = most === unannouncedBytes ? ', or more when Content-Length announces it' : '';
  return new ProblemError('payload_too_large', `The body may be ${most} bytes at most${why}.`);
}
