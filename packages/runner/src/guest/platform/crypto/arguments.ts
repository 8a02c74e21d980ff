/** Web IDL's conversions of the arguments that methods of `SubtleCrypto` share. */
import { copyOf, isBufferSource } from '../buffers.ts';
import { DOMException } from '../dom-exception.ts';
import { toDictionary, toEnum, toSequence } from '../webidl.ts';

const formats = ['raw', 'spki', 'pkcs8', 'jwk'] as const;
const usageNames = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'deriveKey',
  'deriveBits',
  'wrapKey',
  'unwrapKey',
] as const;

/** The members of a JSON Web Key, by how they are converted; all are texts otherwise. */
const jwkMembers = [
  'alg',
  'crv',
  'd',
  'dp',
  'dq',
  'e',
  'ext',
  'k',
  'key_ops',
  'kty',
  'n',
  'oth',
  'p',
  'q',
  'qi',
  'use',
  'x',
  'y',
] as const;

export function toBytes(value: unknown): Uint8Array {
  if (isBufferSource(value)) return copyOf(value);
  throw new TypeError('The data must be an ArrayBuffer or a view of one');
}

export function toFormat(value: unknown): (typeof formats)[number] {
  return toEnum(value, formats, 'The format of a key');
}

export function toUsages(value: unknown): string[] {
  return toSequence(value, 'The usages of a key').map((usage) =>
    toEnum(usage, usageNames, 'A usage of a key'),
  );
}

export function toJwk(value: unknown): Record<string, unknown> {
  const bag = toDictionary(value, 'A JSON Web Key');
  const jwk: Record<string, unknown> = {};
  for (const name of jwkMembers) {
    const member = bag[name];
    if (member === undefined) continue;
    if (name === 'ext') jwk[name] = !!member;
    else if (name === 'key_ops') {
      jwk[name] = toSequence(member, 'key_ops').map((item) => `${item as string}`);
    } else if (name === 'oth') {
      throw new DOMException(
        'RSA keys with more than two primes are not supported',
        'NotSupportedError',
      );
    } else jwk[name] = `${member as string}`;
  }
  return jwk;
}
