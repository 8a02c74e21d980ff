import { copyOf, isBufferSource } from '../buffers.ts';
import { DOMException } from '../dom-exception.ts';
import { requireArguments } from '../webidl.ts';
import { normalize, type Operation } from './algorithms.ts';
import type { Answered, CryptoCalls } from './calls.ts';
import { toBytes, toFormat, toJwk, toUsages } from './arguments.ts';
import type { Keys } from './key.ts';

export type SubtleClass = new (token: symbol) => object;

/**
 * Creates `SubtleCrypto`. All arguments are converted and copied here, in the order of Web IDL, before
 * a call is sent; whether a key may be used for it is decided in the runner, by Node.
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
      const format = toFormat(givenFormat);
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
      const format = toFormat(givenFormat);
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
      const format = toFormat(givenFormat);
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
      const format = toFormat(givenFormat);
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
