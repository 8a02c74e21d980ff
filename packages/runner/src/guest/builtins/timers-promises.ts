/** `timers/promises`. */
import { abortError } from './node/errors.ts';

interface Options {
  readonly signal?: AbortSignal;
}

const {
  setTimeout: startTimer,
  clearTimeout: stopTimer,
  setImmediate: startImmediate,
} = globalThis;

async function setTimeout<T>(ms = 1, value?: T, { signal }: Options = {}): Promise<T | undefined> {
  if (signal?.aborted === true) throw abortError(signal);
  const { promise, resolve, reject } = Promise.withResolvers<T | undefined>();
  const timer = startTimer(() => resolve(value), ms);
  const cancel = (): void => {
    stopTimer(timer);
    if (signal !== undefined) reject(abortError(signal));
  };
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    return await promise;
  } finally {
    signal?.removeEventListener('abort', cancel);
  }
}

async function setImmediate<T>(value?: T, { signal }: Options = {}): Promise<T | undefined> {
  await new Promise<void>((resolve) => void startImmediate(resolve));
  if (signal?.aborted === true) throw abortError(signal);
  return value;
}

async function* setInterval<T>(
  ms = 1,
  value?: T,
  options: Options = {},
): AsyncGenerator<T | undefined> {
  for (;;) yield await setTimeout(ms, value, options);
}

const scheduler = {
  wait: async (ms: number, options: Options = {}): Promise<void> =>
    setTimeout(ms, undefined, options),
  yield: async (): Promise<void> => setImmediate(),
};

export default { setTimeout, setImmediate, setInterval, scheduler };
