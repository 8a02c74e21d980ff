import { type Helpers, sync } from '@castellan/sandbox';
import type { Canaries } from './canaries.support.ts';

/** The host's functions that the programs may call: all that a real host might offer, and worse. */
export function attackHelpers({ values }: Pick<Canaries, 'values'>): Helpers {
  const broken = (): Error => {
    const cause = new Error(values.helper);
    const error = new Error(`Cannot open ${import.meta.filename}`, { cause });
    error.stack = `Error: ${values.helper}\n    at ${import.meta.filename}:1:1`;
    return Object.assign(error, {
      path: import.meta.filename,
      secret: values.helper,
      code: 'E_HOST',
    });
  };
  const fails = (): never => {
    throw broken();
  };
  const kept: Callback[] = [];
  const ledger: unknown[] = [];
  return {
    echo: async (value: unknown) => value,
    echoSync: sync((value: unknown) => value),
    fail: async () => fails(),
    failSync: sync(fails),
    reject: () => Promise.reject(broken()),
    rejectText: async () => Promise.reject(values.helper.slice(0, 6)),
    rejectObject: () => Promise.reject(Object.freeze({ secret: values.helper, then: null })),
    complain: async (text: string) => {
      throw new Error(`There is no ${text}`);
    },
    tricky: async () => trickyObject(values.helper),
    instance: async () => new Map([[values.helper, fails]]),
    slow() {
      return new Promise((resolve) => {
        this.signal.addEventListener('abort', () => resolve(null));
      });
    },
    /** Calls a function of the script, twice at a time, and says what came of it. */
    call: (given: Callback, ...args: unknown[]) =>
      Promise.all([outcome(given(...args)), outcome(given(...args))]),
    keep: async (given: Callback) => kept.push(given),
    /** What the functions of earlier runs come to. */
    callKept: () => Promise.all(kept.splice(0).map((given) => outcome(given('late')))),
    /** The bytes that arrived, in hexadecimal digits, and of what they are. */
    weigh: async (...given: unknown[]) =>
      given.map((one) =>
        one instanceof Uint8Array
          ? `${one.constructor.name} ${Buffer.from(one).toString('hex').slice(0, 64)} ${one.length} of ${one.buffer.byteLength}`
          : typeof one,
      ),
    some: async (length: number) => new Uint8Array(length),
    /** All that runs before this one have told it. */
    ledger: async (...given: unknown[]) => ledger.splice(0, ledger.length, ...given),
    group: {
      deep: async (value: unknown) => [value],
      inner: { deepest: sync((value: unknown) => [value]) },
    },
  };
}

type Callback = (...args: unknown[]) => Promise<unknown>;

const outcome = (answer: Promise<unknown>): Promise<unknown> =>
  answer.then(
    (value) => ({ value }),
    (error: Error & { code?: unknown }) => ({ code: error.code, message: error.message }),
  );

/** Reads as plain data through getters and a proxy; what hides behind them must stay here. */
function trickyObject(secret: string): object {
  const hidden = Object.defineProperty({}, 'secret', { value: secret, enumerable: false });
  const inner = new Proxy(Object.create({ inherited: secret }) as object, {
    ownKeys: () => ['seen'],
    getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
    get: (_target, key) => (key === 'seen' ? 1 : undefined),
  });
  return Object.assign(Object.create(hidden) as object, {
    get computed() {
      return [1, { two: 2 }];
    },
    inner,
  });
}
