import { types } from 'node:util';
import type { Cryptography } from '../run-crypto.ts';

/** Loaded at the first use: it costs milliseconds and megabytes that most boxes never need. */
const cryptography = (): typeof import('node:crypto') => process.getBuiltinModule('node:crypto');

/** Node's Web Cryptography. */
export const nodeCryptography: Cryptography = {
  subtle: () => cryptography().webcrypto.subtle,
  isKey: (value) => types.isCryptoKey(value),
  randomize: (bytes) => cryptography().randomFillSync(bytes),
  DOMException,
  soon: (work) => void setImmediate(work),
};
