import { createHash, randomBytes } from 'node:crypto';

/** `ck_` and 32 random bytes in base64url. */
const form = /^ck_[\w-]{43}$/;

/** A new key. It is shown once and kept nowhere. */
export function newKey(): string {
  return `ck_${randomBytes(32).toString('base64url')}`;
}

/**
 * What is stored of a key, and by which it is found: SHA-256. A slow hash would protect guessable
 * secrets; this one has 256 random bits. A lookup by hash tells a clock nothing of the key.
 * Undefined for a text that cannot be a key.
 */
export function hashOf(key: string): Buffer | undefined {
  return form.test(key) ? createHash('sha256').update(key).digest() : undefined;
}
