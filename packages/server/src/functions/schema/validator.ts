import { Worker } from 'node:worker_threads';
import type { Mismatch, Question } from './thread.ts';

/** What is wrong with parameters, or with a schema; null: nothing. */
export type Verdict = Mismatch | null;

/** A schema and parameters that could not be compared: both are the tenant's, so it is no fault of ours. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError';
}

/** Compares parameters with JSON Schemas, in a thread that starts with the first one. */
export interface Validator extends AsyncDisposable {
  /** Throws `UndecidedError` when that takes too long or too much memory. */
  check(tenant: string, question: Question): Promise<Verdict>;
}

/** How long one comparison may take. */
const compareMs = 1_000;

/**
 * One thread serves all, and is ended when a comparison takes too long. Of each tenant one question waits or
 * is looked at, so that one whose patterns never end costs the others at most its turn.
 */
export function startValidator(mostMs = compareMs): Validator {
  let thread: Promise<Worker> | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const turns = new Map<string, Promise<unknown>>();

  const ask = async (question: Question): Promise<Verdict> => {
    const worker = await (thread ??= startThread(() => (thread = undefined)));
    worker.ref();
    const { promise, resolve, reject } = Promise.withResolvers<Verdict>();
    const end = (): void => reject(new UndecidedError('could not be compared'));
    const timer = setTimeout(end, mostMs);
    worker.once('message', resolve).once('exit', end);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
    worker.postMessage(question);
    try {
      return await promise;
    } catch (error) {
      await worker.terminate();
      throw error;
    } finally {
      clearTimeout(timer);
      worker.unref();
      worker.off('message', resolve).off('exit', end);
    }
  };

  const inTurn = (question: Question): Promise<Verdict> => {
    const answer = last.then(() => ask(question));
    last = answer.catch(() => undefined);
    return answer;
  };

  return {
    check: (tenant, question) => {
      const answer = (turns.get(tenant) ?? Promise.resolve()).then(() => inTurn(question));
      const turn = answer
        .catch(() => undefined)
        .finally(() => {
          if (turns.get(tenant) === turn) turns.delete(tenant);
        });
      turns.set(tenant, turn);
      return answer;
    },
    [Symbol.asyncDispose]: async () => {
      await last;
      await (await thread?.catch(() => undefined))?.terminate();
    },
  };
}

/** A thread that is ready. `onEnd` is called when it has ended, or cannot start. */
async function startThread(onEnd: () => void): Promise<Worker> {
  const isSource = import.meta.url.endsWith('.ts');
  const worker = new Worker(new URL(`thread.${isSource ? 'ts' : 'js'}`, import.meta.url), {
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 },
  });
  // Its end is told by the exit event; without this listener an error would end the process.
  worker.on('error', () => undefined);
  worker.once('exit', onEnd);
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('exit', () => reject(new Error('The thread of the validator cannot start')));
  });
  return worker;
}
