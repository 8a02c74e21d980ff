import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { hmac } from '@noble/hashes/hmac.js';
import { md5, ripemd160, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512, sha512_224, sha512_256 } from '@noble/hashes/sha2.js';
import { sha3_224, sha3_256, sha3_384, sha3_512 } from '@noble/hashes/sha3.js';
import { nodeError } from '../errors.ts';
import { bytesOf, type Output, output } from './bytes.ts';

/** The algorithms by Node's names, in lower case. */
const algorithms = {
  md5,
  sha1,
  sha224,
  sha256,
  sha384,
  sha512,
  'sha512-224': sha512_224,
  'sha512-256': sha512_256,
  'sha3-224': sha3_224,
  'sha3-256': sha3_256,
  'sha3-384': sha3_384,
  'sha3-512': sha3_512,
  ripemd160,
  rmd160: ripemd160,
  blake2b512: blake2b,
  blake2s256: blake2s,
} as const;

export type Algorithm = (typeof algorithms)['sha256'];

interface Running {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
  clone?(): Running;
}

export const getHashes = (): string[] => Object.keys(algorithms).toSorted();

/** Throws, as Node does, for a name that `getHashes()` does not return. */
export function algorithm(name: unknown): Algorithm {
  const key = String(name).toLowerCase().replace(/^rsa-/, '');
  if (!Object.hasOwn(algorithms, key))
    throw nodeError(Error, 'ERR_OSSL_EVP_UNSUPPORTED', 'Digest method not supported');
  return algorithms[key as keyof typeof algorithms] as unknown as Algorithm;
}

/** Node's Hash and Hmac, except that they are no streams: `update`, `digest`, and a Hash's `copy`. */
class Digest {
  #running: Running | undefined;

  constructor(running: Running) {
    this.#running = running;
  }

  update(data: unknown, encoding?: string): this {
    this.#open().update(bytesOf(data, 'data', encoding));
    return this;
  }

  digest(encoding?: string): Output {
    const bytes = this.#open().digest();
    this.#running = undefined;
    return output(bytes, encoding);
  }

  protected cloned(): Running {
    const copy = this.#open().clone?.();
    if (copy === undefined) throw new TypeError('This cannot be copied');
    return copy;
  }

  #open(): Running {
    if (this.#running !== undefined) return this.#running;
    throw nodeError(Error, 'ERR_CRYPTO_HASH_FINALIZED', 'Digest already called');
  }
}

export class Hash extends Digest {
  copy(): Hash {
    return new Hash(this.cloned());
  }
}

export class Hmac extends Digest {}

export const createHash = (name: unknown): Hash => new Hash(algorithm(name).create());

export const createHmac = (name: unknown, key: unknown): Hmac =>
  new Hmac(hmac.create(algorithm(name), bytesOf(key, 'key')));

/** A digest in one call, hexadecimal by default. */
export const hash = (name: unknown, data: unknown, encoding = 'hex'): Output =>
  output(algorithm(name)(bytesOf(data)), encoding);
