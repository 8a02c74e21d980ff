import { createHash, randomBytes } from 'node:crypto';

/** `ck_` and 32 random bytes in base64url. */
const form = /^ck_[\w-]{43}$/;

/** Generates a key. It is shown once and not stored. */
export function newKey(): string {
  return `ck_${randomBytes(32).toString('base64url')}`;
}

/**
 * SHA-256 of a key, by which it is stored and found. A slow hash would protect guessable secrets;
 * this one has 256 random bits. A lookup by hash leaks nothing about the key through timing.
 * Undefined for a text that cannot be a key.
 */
export function hashOf(key: string): Buffer | undefined {
  return form.test(key) ? createHash('sha256').update(key).digest() : undefined;
}
