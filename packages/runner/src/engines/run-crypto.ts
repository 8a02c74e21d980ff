import type { webcrypto } from 'node:crypto';
import type { CryptoHost, CryptoReply, KeyShape } from '../guest/platform/crypto-host.ts';

/** Web Cryptography as an engine finds it around the guest. */
export interface Cryptography {
  /** Asked for at the first call. Throws what a script is to see where there is none. */
  subtle(): webcrypto.SubtleCrypto;
  isKey(value: unknown): value is webcrypto.CryptoKey;
  /** Fills bytes, at most 65,536, and returns them. */
  randomize(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>;
  /** The class of what it throws: a guest may have one of its own. */
  readonly DOMException: typeof DOMException;
  /** Calls back in a task of its own. */
  soon(work: () => void): void;
}

/** Hands an answer to the guest, in a turn of its own: see `Platform.onCrypto`. */
export type AnswerCrypto = (id: number, replyJson: string, bytes: Uint8Array<ArrayBuffer>) => void;

/** The positions of a method's arguments that are algorithms. Other methods cannot be called. */
const methods: Readonly<Record<string, readonly number[]>> = {
  encrypt: [0],
  decrypt: [0],
  sign: [0],
  verify: [0],
  digest: [0],
  generateKey: [0],
  deriveKey: [0, 2],
  deriveBits: [0],
  importKey: [2],
  exportKey: [],
  wrapKey: [3],
  unwrapKey: [3, 4],
};

const algorithms = new Set([
  'RSASSA-PKCS1-v1_5',
  'RSA-PSS',
  'RSA-OAEP',
  'ECDSA',
  'ECDH',
  'Ed25519',
  'X25519',
  'Ed448',
  'X448',
  'AES-CBC',
  'AES-CTR',
  'AES-GCM',
  'AES-KW',
  'HMAC',
  'PBKDF2',
  'HKDF',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
]);

const caps = {
  randomBytes: 65_536,
  keys: 10_000,
  openCalls: 1_000,
  arguments: 8,
  depth: 4,
} as const;

/** The message of an unexpected error for the script: nothing about this machine. */
const unforeseen = { ok: false, name: 'OperationError', message: 'The operation failed' } as const;

/**
 * Web Cryptography for one run. The guest is hostile: it sends texts and bytes, names keys
 * by number, and gets texts and bytes back. Keys live here, and end with the run. No method throws:
 * an error of the runner's would carry its stack into the guest.
 */
export class RunCrypto implements CryptoHost, Disposable {
  readonly #keys = new Map<number, webcrypto.CryptoKey>();
  readonly #cryptography: Cryptography;
  readonly #answer: AnswerCrypto;
  #lastKey = 0;
  #open = 0;
  #isClosed = false;

  constructor(cryptography: Cryptography, answer: AnswerCrypto) {
    this.#cryptography = cryptography;
    this.#answer = answer;
  }

  random(length: number): Uint8Array<ArrayBuffer> {
    const isFair = Number.isInteger(length) && length >= 0 && length <= caps.randomBytes;
    return this.#cryptography.randomize(new Uint8Array(isFair ? length : 0));
  }

  crypto(id: number, callJson: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#isClosed || !Number.isInteger(id)) return;
    this.#open++;
    // Both are handled before anything else can run: an unhandled rejection would end the runner.
    this.#start(callJson, bytes).then(
      (value) => this.#settle(id, () => this.#reply(value), value),
      (error: unknown) => this.#settle(id, () => this.#failure(error), undefined),
    );
  }

  /** Forgets all keys; results that are still being computed are dropped. */
  [Symbol.dispose](): void {
    this.#isClosed = true;
    this.#keys.clear();
  }

  #settle(id: number, describe: () => CryptoReply, value: unknown): void {
    this.#open--;
    let reply: CryptoReply = unforeseen;
    try {
      reply = describe();
    } catch (error) {
      reply = this.#failure(error);
    }
    const output = value instanceof ArrayBuffer ? new Uint8Array(value) : new Uint8Array();
    this.#cryptography.soon(() => {
      if (!this.#isClosed) this.#answer(id, JSON.stringify(reply), output);
    });
  }

  #start(callJson: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
    try {
      if (this.#open > caps.openCalls) throw refusal('Too many operations are under way');
      return this.#call(callJson, bytes);
    } catch (error) {
      const { promise, reject } = Promise.withResolvers<unknown>();
      reject(error);
      return promise;
    }
  }

  #call(callJson: string, bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
    const call: unknown = JSON.parse(callJson);
    if (!isRecord(call) || typeof call['method'] !== 'string' || !Array.isArray(call['args'])) {
      throw refusal('No such operation');
    }
    const { method, args: given } = call as { method: string; args: unknown[] };
    const places = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (places === undefined || given.length > caps.arguments) throw refusal('No such operation');
    const args = given.map((argument) => this.#revive(argument, bytes, 0));
    for (const place of places) assertAlgorithm(args[place]);
    const subtle = this.#cryptography.subtle();
    const run = subtle[method as keyof webcrypto.SubtleCrypto] as (
      ...args: unknown[]
    ) => Promise<unknown>;
    return Reflect.apply(run, subtle, args);
  }

  /** Puts keys and bytes back into a value from JSON; objects are copied key by key. */
  #revive(value: unknown, bytes: Uint8Array<ArrayBuffer>, depth: number): unknown {
    if (depth > caps.depth) throw refusal('The arguments are too deep');
    if (Array.isArray(value)) return value.map((item) => this.#revive(item, bytes, depth + 1));
    if (!isRecord(value)) return value;
    if (Object.hasOwn(value, '$key')) return this.#keyAt(value['$key']);
    if (Object.hasOwn(value, '$bytes')) return bytesAt(value['$bytes'], bytes);
    const copy: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
    for (const [key, item] of Object.entries(value)) {
      copy[key] = this.#revive(item, bytes, depth + 1);
    }
    return copy;
  }

  #keyAt(handle: unknown): webcrypto.CryptoKey {
    const key = typeof handle === 'number' ? this.#keys.get(handle) : undefined;
    if (key === undefined) throw refusal('No such key');
    return key;
  }

  #reply(value: unknown): CryptoReply {
    if (value instanceof ArrayBuffer) return { ok: true, kind: 'bytes' };
    if (this.#cryptography.isKey(value)) return { ok: true, kind: 'key', key: this.#keep(value) };
    const { isKey } = this.#cryptography;
    if (isRecord(value) && isKey(value['privateKey']) && isKey(value['publicKey'])) {
      const [publicKey, privateKey] = [value['publicKey'], value['privateKey']].map((key) =>
        this.#keep(key),
      ) as [KeyShape, KeyShape];
      return { ok: true, kind: 'pair', publicKey, privateKey };
    }
    return { ok: true, kind: 'json', value };
  }

  #keep(key: webcrypto.CryptoKey): KeyShape {
    if (this.#keys.size >= caps.keys) throw refusal(`More than ${caps.keys} keys in one run`);
    const handle = ++this.#lastKey;
    this.#keys.set(handle, key);
    const { type, extractable, usages } = key;
    const algorithm: Record<string, unknown> = { ...key.algorithm };
    const { publicExponent } = algorithm;
    if (publicExponent instanceof Uint8Array) algorithm['publicExponent'] = [...publicExponent];
    return { handle, type, extractable, algorithm, usages };
  }

  /** Name and message only. Node's own messages about arguments contain no path of this machine. */
  #failure(error: unknown): CryptoReply {
    const isOwn = error instanceof DOMException || error instanceof this.#cryptography.DOMException;
    if (isOwn || (error instanceof TypeError && 'code' in error)) {
      const { name, message } = error as Error;
      return { ok: false, name: isOwn ? name : 'TypeError', message: message.slice(0, 500) };
    }
    return unforeseen;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function bytesAt(place: unknown, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const [offset, length] = Array.isArray(place) ? (place as unknown[]) : [];
  const isWhole = Number.isSafeInteger(offset) && Number.isSafeInteger(length);
  const [from, size] = [Number(offset), Number(length)];
  if (!isWhole || from < 0 || size < 0 || from + size > bytes.length)
    throw refusal('No such bytes');
  return bytes.slice(from, from + size);
}

function assertAlgorithm(value: unknown): void {
  const name = isRecord(value) ? value['name'] : value;
  if (typeof name === 'string' && algorithms.has(name)) return;
  throw new DOMException('The algorithm is not supported', 'NotSupportedError');
}

function refusal(message: string): DOMException {
  return new DOMException(message, 'OperationError');
}
