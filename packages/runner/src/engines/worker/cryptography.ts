import type { webcrypto } from 'node:crypto';
import type { Cryptography } from '../run-crypto.ts';
import { CryptoKeyOf, DOMExceptionOf, randomValues, soon, subtle } from './natives.ts';

/** The browser's Web Cryptography. */
export const browserCryptography: Cryptography = {
  subtle() {
    if (subtle !== undefined) return subtle;
    throw new DOMExceptionOf(
      'This browser has no cryptography in frames without an origin',
      'NotSupportedError',
    );
  },
  isKey: (value): value is webcrypto.CryptoKey =>
    CryptoKeyOf !== undefined && value instanceof CryptoKeyOf,
  randomize: (bytes) => randomValues(bytes),
  DOMException: DOMExceptionOf,
  soon,
};
