/** `crypto`: digests, keys derived from passwords, randomness. No ciphers, signatures or certificates. */
import { nodeError } from '../errors.ts';
import { bytesOf } from './bytes.ts';
import { hkdfSync, pbkdf2Sync, scryptSync } from './derive.ts';
import { createHash, createHmac, getHashes, Hash, hash, Hmac } from './hash.ts';
import { randomBytes, randomFillSync, randomInteger, randomUUID } from './random.ts';

type Callback = (error: unknown, value?: unknown) => void;

/** The variant of a synchronous function that calls back. */
function withCallback(run: (...values: never[]) => unknown): (...values: unknown[]) => void {
  return (...values) => {
    const callback = values.pop() as Callback;
    const value = run(...(values as never[]));
    globalThis.setTimeout(() => callback(null, value), 0);
  };
}

/** Passes the result to the last argument if that is a callback. */
function orCallback(run: (...values: never[]) => unknown): (...values: unknown[]) => unknown {
  const later = withCallback(run);
  return (...values) =>
    typeof values.at(-1) === 'function' ? later(...values) : run(...(values as never[]));
}

/** Compares in constant time, so that the duration does not tell where two values differ. */
function timingSafeEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [bytesOf(a, 'buf1'), bytesOf(b, 'buf2')];
  if (left.length !== right.length) {
    const message = 'Input buffers must have the same byte length';
    throw nodeError(RangeError, 'ERR_CRYPTO_TIMING_SAFE_EQUAL_LENGTH', message);
  }
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= left[index]! ^ right[index]!;
  return difference === 0;
}

const web = (): object => ({
  get webcrypto(): unknown {
    return Reflect.get(globalThis, 'crypto');
  },
  get subtle(): unknown {
    return (Reflect.get(globalThis, 'crypto') as { subtle?: unknown } | undefined)?.subtle;
  },
});

const exported = {
  createHash,
  createHmac,
  getHashes,
  hash,
  Hash,
  Hmac,
  getRandomValues: randomFillSync,
  hkdf: withCallback(hkdfSync),
  hkdfSync,
  pbkdf2: withCallback(pbkdf2Sync),
  pbkdf2Sync,
  randomBytes: orCallback(randomBytes),
  randomFill: withCallback(randomFillSync),
  randomFillSync,
  randomInt: orCallback(randomInteger),
  randomUUID,
  scrypt: withCallback(scryptSync),
  scryptSync,
  timingSafeEqual,
};

export default Object.defineProperties(exported, Object.getOwnPropertyDescriptors(web()));
