import { hkdf } from '@noble/hashes/hkdf.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { scrypt } from '@noble/hashes/scrypt.js';
import { outOfRange } from '../errors.ts';
import { bytesOf, output } from './bytes.ts';
import { algorithm } from './hash.ts';

type Result = ReturnType<typeof output>;

interface ScryptOptions {
  readonly N?: number;
  readonly cost?: number;
  readonly r?: number;
  readonly blockSize?: number;
  readonly p?: number;
  readonly parallelization?: number;
  readonly maxmem?: number;
}

export function pbkdf2Sync(
  password: unknown,
  salt: unknown,
  iterations: number,
  length: number,
  digest: unknown,
): Result {
  const options = { c: iterations, dkLen: length };
  return output(
    pbkdf2(algorithm(digest), bytesOf(password, 'password'), bytesOf(salt, 'salt'), options),
  );
}

export function scryptSync(
  password: unknown,
  salt: unknown,
  length: number,
  options: ScryptOptions = {},
): Result {
  const {
    N = options.cost ?? 16_384,
    r = options.blockSize ?? 8,
    p = options.parallelization ?? 1,
  } = options;
  const maxmem = options.maxmem ?? 32 * 2 ** 20;
  if (128 * N * r > maxmem) throw outOfRange('maxmem', `>= ${128 * N * r}`, maxmem);
  return output(
    scrypt(bytesOf(password, 'password'), bytesOf(salt, 'salt'), {
      N,
      r,
      p,
      dkLen: length,
      maxmem: 2 ** 40,
    }),
  );
}

export function hkdfSync(
  digest: unknown,
  key: unknown,
  salt: unknown,
  info: unknown,
  length: number,
): ArrayBuffer {
  const bytes = hkdf(
    algorithm(digest),
    bytesOf(key, 'ikm'),
    bytesOf(salt, 'salt'),
    bytesOf(info, 'info'),
    length,
  );
  return bytes.slice().buffer;
}
