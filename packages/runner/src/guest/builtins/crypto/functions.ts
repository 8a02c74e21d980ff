import { wrongType } from '../node/errors.ts';
import { callFunction } from './call.ts';

type Callback = (error: unknown, ...values: unknown[]) => void;
type Run = (...values: unknown[]) => unknown;

const run =
  (name: string): Run =>
  (...values) =>
    callFunction(name, ...values);

/**
 * The variant that calls back: the work is done before it returns, and what is wrong with the arguments is
 * thrown at once, as in Node.
 */
export function withCallback(
  work: Run,
  spread: (value: unknown) => unknown[] = (value) => [value],
): Run {
  return (...values) => {
    const callback = values.at(-1);
    if (typeof callback !== 'function') throw wrongType('callback', 'Function', undefined);
    let results: readonly unknown[];
    try {
      results = [null, ...spread(work(...values.slice(0, -1)))];
    } catch (error) {
      if (error instanceof TypeError || error instanceof RangeError) throw error;
      results = [error];
    }
    globalThis.setImmediate(() => (callback as Callback)(...(results as [unknown])));
    return undefined;
  };
}

/** Calls back if the last argument is a function, else returns. */
export function orCallback(work: Run): Run {
  const later = withCallback(work);
  return (...values) => (typeof values.at(-1) === 'function' ? later(...values) : work(...values));
}

const named = (names: readonly string[], make: (name: string) => Run): Record<string, Run> =>
  Object.fromEntries(
    names.map((name) => [name, Object.defineProperty(make(name), 'name', { value: name })]),
  );

const pairOf = (value: unknown): unknown[] => {
  const { publicKey, privateKey } = value as Record<string, unknown>;
  return [publicKey, privateKey];
};

const sync = ['argon2', 'checkPrime', 'generateKey', 'generatePrime', 'hkdf', 'pbkdf2', 'scrypt'];

/** The functions of `node:crypto` that are Node's own as they are. */
export const functions: Readonly<Record<string, Run>> = {
  ...named(
    [
      'createPrivateKey',
      'createPublicKey',
      'createSecretKey',
      'getCipherInfo',
      'getCiphers',
      'getCurves',
      'getHashes',
      'privateDecrypt',
      'privateEncrypt',
      'publicDecrypt',
      'publicEncrypt',
      'randomUUIDv7',
      'secureHeapUsed',
      'timingSafeEqual',
    ],
    run,
  ),
  ...named(['decapsulate', 'diffieHellman', 'encapsulate', 'sign', 'verify'], (name) =>
    orCallback(run(name)),
  ),
  ...named(sync, (name) => withCallback(run(`${name}Sync`))),
  ...named(
    [...sync, 'generateKeyPair'].map((name) => `${name}Sync`),
    run,
  ),
  generateKeyPair: Object.assign(withCallback(run('generateKeyPairSync'), pairOf), {
    [Symbol.for('nodejs.util.promisify.custom')]: async (...values: unknown[]) =>
      callFunction('generateKeyPairSync', ...values),
  }),
};
