/** `crypto`: Node's own, called in the runner; randomness and Web Crypto are the platform's. */
import { nodeError } from '../node/errors.ts';
import { call } from './call.ts';
import { Certificate, X509Certificate } from './certificate.ts';
import { Cipheriv, Decipheriv } from './cipher.ts';
import { DiffieHellman, DiffieHellmanGroup, ECDH } from './exchange.ts';
import { functions, orCallback, withCallback } from './functions.ts';
import { Hash, hash, Hmac } from './hash.ts';
import { KeyObject } from './keys.ts';
import { randomBytes, randomFillSync, randomInteger, randomUUID } from './random.ts';
import { Sign, Verify } from './sign.ts';

type Constructor = new (...values: never[]) => object;
const makerOf =
  (ctor: Constructor) =>
  (...values: unknown[]): object =>
    new ctor(...(values as never[]));

/** What sets a process up is nothing that a script can do here. */
function refuse(code: string, message: string): () => never {
  return () => {
    throw nodeError(Error, code, message);
  };
}

let constants: unknown;
const web = (): { readonly subtle?: unknown; getRandomValues?(array: unknown): unknown } =>
  Reflect.get(globalThis, 'crypto');
const lazy = {
  get constants(): unknown {
    return (constants ??= call('constants', []));
  },
  get webcrypto(): unknown {
    return web();
  },
  get subtle(): unknown {
    return web().subtle;
  },
};

const exported = {
  ...functions,
  Certificate,
  Cipheriv,
  Decipheriv,
  DiffieHellman,
  DiffieHellmanGroup,
  ECDH,
  Hash,
  Hmac,
  KeyObject,
  Sign,
  Verify,
  X509Certificate,
  createCipheriv: makerOf(Cipheriv),
  createDecipheriv: makerOf(Decipheriv),
  createDiffieHellman: makerOf(DiffieHellman),
  createDiffieHellmanGroup: makerOf(DiffieHellmanGroup),
  createECDH: makerOf(ECDH),
  createHash: makerOf(Hash),
  createHmac: makerOf(Hmac),
  createSign: makerOf(Sign),
  createVerify: makerOf(Verify),
  getDiffieHellman: makerOf(DiffieHellmanGroup),
  getFips: (): number => 0,
  getRandomValues: (array: unknown): unknown => web().getRandomValues!(array),
  hash,
  randomBytes: orCallback(randomBytes as (...values: unknown[]) => unknown),
  randomFill: withCallback(randomFillSync as (...values: unknown[]) => unknown),
  randomFillSync,
  randomInt: orCallback(randomInteger as (...values: unknown[]) => unknown),
  randomUUID,
  setEngine: refuse(
    'ERR_CRYPTO_CUSTOM_ENGINE_NOT_SUPPORTED',
    'Custom engines not supported by this OpenSSL',
  ),
  setFips: refuse('ERR_CRYPTO_FIPS_UNAVAILABLE', 'Cannot set FIPS mode in a non-FIPS build.'),
};

export default Object.defineProperties(exported, Object.getOwnPropertyDescriptors(lazy));
