import { bytesIn } from '../buffers.ts';
import { isView, typedArrayKind } from '../brands.ts';
import { DOMException } from '../dom-exception.ts';
import { QuotaExceededError } from '../quota-exceeded-error.ts';
import type { Realm } from '../realm.ts';
import { requireArguments } from '../webidl.ts';
import { createCalls } from './calls.ts';
import type { CryptoHost } from '../crypto-host.ts';
import { createKeys } from './key.ts';
import { createSubtle } from './subtle.ts';

export interface CryptoLibrary {
  readonly globals: Readonly<Record<string, unknown>>;
  /** Takes the runner's answer to a call: `replyJson` is JSON text of a `CryptoReply`. */
  onCrypto(id: number, replyJson: string, bytes: Uint8Array<ArrayBuffer>): void;
  randomUuid(): string;
  /** The hash of some bytes by its name, such as `SHA-256`. */
  digest(hash: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

const quotaBytes = 65_536;
const integerArray = /^(?:Big)?(?:Int|Uint)\d+(?:Clamped)?Array$/;

/** Creates the Web Cryptography API over the runner's cryptography. */
export function createCrypto(realm: Realm): CryptoLibrary {
  const host = realm.cryptoHost() ?? nothing;
  const keys = createKeys(realm);
  const calls = createCalls(host, realm.pending, keys.isKey, keys.handleOf);
  const token = Symbol('construct');
  const SubtleCrypto = createSubtle(token, keys, calls);

  const randomUuid = (): string => {
    const bytes = host.random(16);
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  };

  class Crypto {
    readonly #subtle = new SubtleCrypto(token);

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
    }

    get subtle(): object {
      return this.#subtle;
    }

    getRandomValues(array: unknown): unknown {
      void this.#subtle;
      requireArguments('getRandomValues', arguments.length, 1);
      if (typeof array !== 'object' || array === null || !isView(array)) {
        throw new TypeError('getRandomValues: the argument must be a view of an ArrayBuffer');
      }
      if (!integerArray.test(typedArrayKind(array) ?? '')) {
        throw new DOMException(
          'getRandomValues: an array of integers is needed',
          'TypeMismatchError',
        );
      }
      const bytes = bytesIn(array);
      if (bytes.length > quotaBytes) {
        throw new QuotaExceededError(
          `getRandomValues: ${bytes.length} bytes are more than ${quotaBytes}`,
          { quota: quotaBytes, requested: bytes.length },
        );
      }
      if (bytes.length > 0) bytes.set(host.random(bytes.length));
      return array;
    }

    randomUUID(): string {
      void this.#subtle;
      return randomUuid();
    }
  }
  Object.defineProperty(Crypto, 'length', { value: 0 });

  const crypto = new Crypto(token);
  const globals = { Crypto, CryptoKey: keys.CryptoKey, SubtleCrypto, crypto };
  const digest = async (hash: string, bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array> =>
    new Uint8Array((await calls.call('digest', { name: hash }, bytes)).bytes);
  return { globals, onCrypto: calls.onCrypto, randomUuid, digest };
}

const nothing: CryptoHost = {
  random: unavailable,
  crypto: unavailable,
};

function unavailable(): never {
  throw new DOMException('The runner offers no cryptography', 'NotSupportedError');
}
