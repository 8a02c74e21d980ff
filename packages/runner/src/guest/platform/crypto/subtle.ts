import { copyOf, isBufferSource } from '../buffers.ts';
import { DOMException } from '../dom-exception.ts';
import { requireArguments, toDictionary, toEnum, toSequence } from '../webidl.ts';
import { normalize, type Operation } from './algorithms.ts';
import type { Answered, CryptoCalls } from './calls.ts';
import type { Keys } from './key.ts';

const formats = ['raw', 'spki', 'pkcs8', 'jwk'] as const;
const usageNames = [
  ...['encrypt', 'decrypt', 'sign', 'verify', 'deriveKey', 'deriveBits', 'wrapKey', 'unwrapKey'],
] as const;

/** The members of a JSON Web Key, by how they are converted; all are texts otherwise. */
const jwkMembers = [
  ...['alg', 'crv', 'd', 'dp', 'dq', 'e', 'ext', 'k', 'key_ops', 'kty', 'n', 'oth', 'p', 'q', 'qi'],
  ...['use', 'x', 'y'],
] as const;

export type SubtleClass = new (token: symbol) => object;

/**
 * Creates `SubtleCrypto`. Everything is converted and copied here, in the order of Web IDL, before
 * a call leaves; what a key may be used for is decided by the runner's own implementation.
 */
export function createSubtle(
  token: symbol,
  { keyOf, isKey }: Pick<Keys, 'keyOf' | 'isKey'>,
  calls: CryptoCalls,
): SubtleClass {
  const algorithm = (operation: Operation, given: unknown) => normalize(operation, given, isKey);
  const key = (given: unknown): object => {
    if (isKey(given)) return given as object;
    throw new TypeError('A CryptoKey is needed');
  };
  const made = (answer: Answered): object => {
    if (answer.kind === 'key') return keyOf(answer.key);
    if (answer.kind !== 'pair') throw new DOMException('No key came back', 'OperationError');
    const { publicKey, privateKey } = answer;
    return { publicKey: keyOf(publicKey), privateKey: keyOf(privateKey) };
  };
  const output = (answer: Answered): unknown =>
    answer.kind === 'json' ? answer.value : answer.bytes;

  class SubtleCrypto {
    readonly #brand = true;

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
    }

    async encrypt(givenAlgorithm: unknown, givenKey: unknown, data: unknown): Promise<unknown> {
      void this.#brand;
      requireArguments('encrypt', arguments.length, 3);
      const [keyArgument, bytes] = [key(givenKey), toBytes(data)];
      return output(
        await calls.call('encrypt', algorithm('encrypt', givenAlgorithm), keyArgument, bytes),
      );
    }

    async decrypt(givenAlgorithm: unknown, givenKey: unknown, data: unknown): Promise<unknown> {
      void this.#brand;
      requireArguments('decrypt', arguments.length, 3);
      const [keyArgument, bytes] = [key(givenKey), toBytes(data)];
      return output(
        await calls.call('decrypt', algorithm('decrypt', givenAlgorithm), keyArgument, bytes),
      );
    }

    async sign(givenAlgorithm: unknown, givenKey: unknown, data: unknown): Promise<unknown> {
      void this.#brand;
      requireArguments('sign', arguments.length, 3);
      const [keyArgument, bytes] = [key(givenKey), toBytes(data)];
      return output(
        await calls.call('sign', algorithm('sign', givenAlgorithm), keyArgument, bytes),
      );
    }

    async verify(
      givenAlgorithm: unknown,
      givenKey: unknown,
      signature: unknown,
      data: unknown,
    ): Promise<unknown> {
      void this.#brand;
      requireArguments('verify', arguments.length, 4);
      const [keyArgument, signed, bytes] = [key(givenKey), toBytes(signature), toBytes(data)];
      const normalized = algorithm('verify', givenAlgorithm);
      return output(await calls.call('verify', normalized, keyArgument, signed, bytes));
    }

    async digest(givenAlgorithm: unknown, data: unknown): Promise<unknown> {
      void this.#brand;
      requireArguments('digest', arguments.length, 2);
      const bytes = toBytes(data);
      return output(await calls.call('digest', algorithm('digest', givenAlgorithm), bytes));
    }

    async generateKey(
      givenAlgorithm: unknown,
      extractable: unknown,
      usages: unknown,
    ): Promise<object> {
      void this.#brand;
      requireArguments('generateKey', arguments.length, 3);
      const list = toUsages(usages);
      const normalized = algorithm('generateKey', givenAlgorithm);
      return made(await calls.call('generateKey', normalized, !!extractable, list));
    }

    async deriveKey(
      givenAlgorithm: unknown,
      baseKey: unknown,
      derivedType: unknown,
      extractable: unknown,
      usages: unknown,
    ): Promise<object> {
      void this.#brand;
      requireArguments('deriveKey', arguments.length, 5);
      const [base, list] = [key(baseKey), toUsages(usages)];
      const normalized = algorithm('deriveBits', givenAlgorithm);
      const type = {
        ...algorithm('importKey', derivedType),
        ...algorithm('getKeyLength', derivedType),
      };
      return made(await calls.call('deriveKey', normalized, base, type, !!extractable, list));
    }

    async deriveBits(
      givenAlgorithm: unknown,
      baseKey: unknown,
      length: unknown = null,
    ): Promise<unknown> {
      void this.#brand;
      requireArguments('deriveBits', arguments.length, 2);
      const base = key(baseKey);
      const bits = length === null || length === undefined ? null : Number(length) >>> 0;
      const normalized = algorithm('deriveBits', givenAlgorithm);
      return output(await calls.call('deriveBits', normalized, base, bits));
    }

    async importKey(
      givenFormat: unknown,
      keyData: unknown,
      givenAlgorithm: unknown,
      extractable: unknown,
      usages: unknown,
    ): Promise<object> {
      void this.#brand;
      requireArguments('importKey', arguments.length, 5);
      const format = toEnum(givenFormat, formats, 'The format of a key');
      const isBytes = isBufferSource(keyData);
      if (isBytes === (format === 'jwk')) {
        throw new TypeError(`The format "${format}" and the data of the key do not fit together`);
      }
      const data = isBytes ? copyOf(keyData) : toJwk(keyData);
      const list = toUsages(usages);
      const normalized = algorithm('importKey', givenAlgorithm);
      return made(await calls.call('importKey', format, data, normalized, !!extractable, list));
    }

    async exportKey(givenFormat: unknown, givenKey: unknown): Promise<unknown> {
      void this.#brand;
      requireArguments('exportKey', arguments.length, 2);
      const format = toEnum(givenFormat, formats, 'The format of a key');
      return output(await calls.call('exportKey', format, key(givenKey)));
    }

    async wrapKey(
      givenFormat: unknown,
      givenKey: unknown,
      wrappingKey: unknown,
      wrapAlgorithm: unknown,
    ): Promise<unknown> {
      void this.#brand;
      requireArguments('wrapKey', arguments.length, 4);
      const format = toEnum(givenFormat, formats, 'The format of a key');
      const [keyArgument, wrapping] = [key(givenKey), key(wrappingKey)];
      const normalized = algorithm('wrapKey', wrapAlgorithm);
      return output(await calls.call('wrapKey', format, keyArgument, wrapping, normalized));
    }

    async unwrapKey(
      givenFormat: unknown,
      wrappedKey: unknown,
      unwrappingKey: unknown,
      unwrapAlgorithm: unknown,
      unwrappedKeyAlgorithm: unknown,
      extractable: unknown,
      usages: unknown,
    ): Promise<object> {
      void this.#brand;
      requireArguments('unwrapKey', arguments.length, 7);
      const format = toEnum(givenFormat, formats, 'The format of a key');
      const [bytes, unwrapping, list] = [toBytes(wrappedKey), key(unwrappingKey), toUsages(usages)];
      const normalized = algorithm('unwrapKey', unwrapAlgorithm);
      const keyAlgorithm = algorithm('importKey', unwrappedKeyAlgorithm);
      return made(
        await calls.call(
          'unwrapKey',
          format,
          bytes,
          unwrapping,
          normalized,
          keyAlgorithm,
          !!extractable,
          list,
        ),
      );
    }
  }

  Object.defineProperty(SubtleCrypto, 'length', { value: 0 });
  Object.defineProperty(SubtleCrypto.prototype.deriveBits, 'length', { value: 2 });
  return SubtleCrypto;
}

function toBytes(value: unknown): Uint8Array {
  if (isBufferSource(value)) return copyOf(value);
  throw new TypeError('The data must be an ArrayBuffer or a view of one');
}

function toUsages(value: unknown): string[] {
  return toSequence(value, 'The usages of a key').map((usage) =>
    toEnum(usage, usageNames, 'A usage of a key'),
  );
}

function toJwk(value: unknown): Record<string, unknown> {
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
