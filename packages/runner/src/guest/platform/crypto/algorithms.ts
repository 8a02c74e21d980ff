/** The Web Cryptography API's "normalize an algorithm": tables, and conversions after them. */
import { copyOf, isBufferSource } from '../buffers.ts';
import { DOMException } from '../dom-exception.ts';
import { enforceRange, type Members } from '../webidl.ts';

type Kind = 'hash' | 'bytes' | 'bigInteger' | 'octet' | 'short' | 'long' | 'text' | 'key';

/** The members of a dictionary; those with a question mark are optional. */
type Dictionary = Readonly<Record<string, Kind | `${Kind}?`>>;

const dictionaries = {
  none: {},
  rsaGenerate: { modulusLength: 'long', publicExponent: 'bigInteger', hash: 'hash' },
  hash: { hash: 'hash' },
  rsaOaep: { label: 'bytes?' },
  rsaPss: { saltLength: 'long' },
  curve: { namedCurve: 'text' },
  peer: { public: 'key' },
  aesLength: { length: 'short' },
  aesCbc: { iv: 'bytes' },
  aesCtr: { counter: 'bytes', length: 'octet' },
  aesGcm: { additionalData: 'bytes?', iv: 'bytes', tagLength: 'octet?' },
  hmac: { hash: 'hash', length: 'long?' },
  pbkdf2: { hash: 'hash', iterations: 'long', salt: 'bytes' },
  ed448: { context: 'bytes?' },
  hkdf: { hash: 'hash', info: 'bytes', salt: 'bytes' },
} as const satisfies Record<string, Dictionary>;

export type Operation =
  | 'encrypt'
  | 'decrypt'
  | 'sign'
  | 'verify'
  | 'digest'
  | 'generateKey'
  | 'deriveBits'
  | 'importKey'
  | 'wrapKey'
  | 'unwrapKey'
  | 'getKeyLength';

type Row = Partial<Record<Operation, keyof typeof dictionaries>>;

const signing = (params: keyof typeof dictionaries): Row => ({ sign: params, verify: params });
const rsa = { generateKey: 'rsaGenerate', importKey: 'hash' } as const;
const curve = { generateKey: 'curve', importKey: 'curve' } as const;
const aes = { generateKey: 'aesLength', importKey: 'none', getKeyLength: 'aesLength' } as const;
const aesCipher = (params: keyof typeof dictionaries): Row => ({
  ...aes,
  encrypt: params,
  decrypt: params,
  wrapKey: params,
  unwrapKey: params,
});
const derivation = (params: keyof typeof dictionaries): Row => ({
  importKey: 'none',
  deriveBits: params,
  getKeyLength: 'none',
});

const algorithms: Readonly<Record<string, Row>> = {
  'RSASSA-PKCS1-v1_5': { ...rsa, ...signing('none') },
  'RSA-PSS': { ...rsa, ...signing('rsaPss') },
  'RSA-OAEP': {
    ...rsa,
    encrypt: 'rsaOaep',
    decrypt: 'rsaOaep',
    wrapKey: 'rsaOaep',
    unwrapKey: 'rsaOaep',
  },
  ECDSA: { ...curve, ...signing('hash') },
  ECDH: { ...curve, deriveBits: 'peer' },
  Ed25519: { generateKey: 'none', importKey: 'none', ...signing('none') },
  Ed448: { generateKey: 'none', importKey: 'none', ...signing('ed448') },
  X448: { generateKey: 'none', importKey: 'none', deriveBits: 'peer' },
  X25519: { generateKey: 'none', importKey: 'none', deriveBits: 'peer' },
  'AES-CBC': aesCipher('aesCbc'),
  'AES-CTR': aesCipher('aesCtr'),
  'AES-GCM': aesCipher('aesGcm'),
  'AES-KW': { ...aes, wrapKey: 'none', unwrapKey: 'none' },
  HMAC: { generateKey: 'hmac', importKey: 'hmac', getKeyLength: 'hmac', ...signing('none') },
  PBKDF2: derivation('pbkdf2'),
  HKDF: derivation('hkdf'),
  'SHA-1': { digest: 'none' },
  'SHA-256': { digest: 'none' },
  'SHA-384': { digest: 'none' },
  'SHA-512': { digest: 'none' },
};

const names = new Map(Object.keys(algorithms).map((name) => [name.toLowerCase(), name]));

/** An algorithm for the runner: plain members, bytes as copies, keys unchanged. */
export type Normalized = Readonly<Record<string, unknown>> & { readonly name: string };

/** Throws a TypeError for an invalid algorithm, a `NotSupportedError` for an unknown one. */
export function normalize(
  operation: Operation,
  given: unknown,
  isKey: (value: unknown) => boolean,
): Normalized {
  if (given === null || (typeof given !== 'object' && typeof given !== 'function')) {
    return normalize(operation, { name: `${given as string}` }, isKey);
  }
  const bag = given as Members;
  const { name: givenName } = bag;
  if (givenName === undefined) throw new TypeError('The algorithm has no name');
  const text = `${givenName as string}`;
  const name = names.get(text.toLowerCase());
  const kind = name === undefined ? undefined : algorithms[name]?.[operation];
  if (name === undefined || kind === undefined) {
    throw new DOMException(`"${text}" is not supported for ${operation}`, 'NotSupportedError');
  }
  const normalized: Record<string, unknown> = { name };
  const members: Dictionary = dictionaries[kind];
  for (const [key, rule] of Object.entries(members)) {
    const value = bag[key];
    if (value === undefined) {
      if (!rule.endsWith('?')) throw new TypeError(`The algorithm "${name}" needs "${key}"`);
      continue;
    }
    normalized[key] = convert(rule.replace('?', '') as Kind, value, key, isKey);
  }
  return normalized as Normalized;
}

const most = { octet: 0xff, short: 0xffff, long: 0xffff_ffff } as const;

function convert(
  kind: Kind,
  value: unknown,
  key: string,
  isKey: (value: unknown) => boolean,
): unknown {
  switch (kind) {
    case 'hash':
      return normalize('digest', value, isKey);
    case 'text':
      return `${value as string}`;
    case 'key':
      if (isKey(value)) return value;
      throw new TypeError(`"${key}" must be a CryptoKey`);
    case 'bytes':
      if (isBufferSource(value)) return copyOf(value);
      throw new TypeError(`"${key}" must be an ArrayBuffer or a view of one`);
    case 'bigInteger':
      if (value instanceof Uint8Array) return copyOf(value);
      throw new TypeError(`"${key}" must be a Uint8Array`);
    default:
      return enforceRange(value, most[kind], `"${key}"`);
  }
}
