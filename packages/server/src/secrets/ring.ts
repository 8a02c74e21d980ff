import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { CastellanError } from '@castellan/protocol';

/** The keys that secrets are sealed with: AES-256-GCM. They are in memory, and never where the secrets are. */
export interface Ring {
  /** Of the key that seals; null where there is none. */
  readonly newest: string | null;
  /** How many keys there are. */
  readonly size: number;
  has(keyId: string): boolean;
  /** Seals a text for the place that `about` describes. Throws without a key. */
  seal(text: string, about: string): string;
  /** Throws unless this was sealed by that key for the same place, and nobody has changed it. */
  open(sealed: string, keyId: string, about: string): string;
}

const keyBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Reads keys, the one that seals first: 32 bytes each, in base64 or as 64 hexadecimal digits, with blanks, commas
 * or line breaks between them. `from` says in errors where they were. Throws `invalid_option`.
 */
export function readRing(text: string, from: string): Ring {
  const written = text.split(/[\s,]+/).filter((part) => part !== '');
  return ringOf(written.map((part, index) => readKey(part, `${from}: key ${index + 1}`)));
}

/** Errors never show what was written, which is a key but for a slip. */
function readKey(written: string, which: string): Buffer {
  const refuse = (why: string): never => {
    throw new CastellanError('invalid_option', `${which} ${why}.`, {
      option: 'secrets.keys',
      fix: 'write 32 random bytes in base64, as openssl rand -base64 32 makes them',
    });
  };
  const isHex = /^[\da-f]{64}$/i.test(written);
  if (!isHex && !/^[\w+/-]+={0,2}$/.test(written)) refuse('is neither base64 nor hexadecimal');
  const key = Buffer.from(written, isHex ? 'hex' : 'base64');
  if (key.length !== keyBytes) refuse(`is ${key.length} bytes long, and not ${keyBytes}`);
  return key;
}

export function ringOf(given: readonly Buffer[]): Ring {
  const keys = new Map(given.map((key) => [idOf(key), key]));
  const newest = keys.keys().next().value ?? null;
  const keyOf = (id: string | null): Buffer => {
    const key = id === null ? undefined : keys.get(id);
    if (key === undefined) throw new Error('There is no such key');
    return key;
  };
  return {
    newest,
    size: keys.size,
    has: (id) => keys.has(id),
    seal: (text, about) => {
      const nonce = randomBytes(nonceBytes);
      const cipher = createCipheriv('aes-256-gcm', keyOf(newest), nonce);
      cipher.setAAD(Buffer.from(about));
      const parts = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
      return Buffer.concat(parts).toString('base64');
    },
    open: (sealed, id, about) => {
      const bytes = Buffer.from(sealed, 'base64');
      const end = bytes.length - tagBytes;
      const nonce = bytes.subarray(0, nonceBytes);
      const options = { authTagLength: tagBytes };
      const decipher = createDecipheriv('aes-256-gcm', keyOf(id), nonce, options);
      decipher.setAAD(Buffer.from(about));
      decipher.setAuthTag(bytes.subarray(end));
      const parts = [decipher.update(bytes.subarray(nonceBytes, end)), decipher.final()];
      return Buffer.concat(parts).toString('utf8');
    },
  };
}

/** Tells keys apart, and nothing of what they are. */
function idOf(key: Buffer): string {
  return createHash('sha256')
    .update('castellan key of secrets')
    .update(key)
    .digest('hex')
    .slice(0, 16);
}
