import type { KeyObject, X509Certificate } from 'node:crypto';
import type { KeyType } from '../../../guest/native/wire.ts';
import { caps } from './caps.ts';
import type { KeyReader } from './values.ts';

type Crypto = typeof import('node:crypto');

/** Keys and certificates as bytes and back; reading a key takes longer than many a signature, so some are kept. */
export class NativeKeys implements KeyReader, Disposable {
  readonly #crypto: Crypto;
  readonly #kept = new Map<string, KeyObject>();

  constructor(crypto: Crypto) {
    this.#crypto = crypto;
  }

  key(type: KeyType, bytes: Uint8Array): KeyObject {
    const { createSecretKey, createPublicKey, createPrivateKey } = this.#crypto;
    if (type === 'secret') return createSecretKey(bytes);
    const der = Buffer.from(bytes);
    const name = type + der.toString('latin1');
    const known = this.#kept.get(name);
    this.#kept.delete(name);
    const key =
      known ??
      (type === 'public'
        ? createPublicKey({ key: der, format: 'der', type: 'spki' })
        : createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }));
    if (bytes.length <= caps.keyBytes) this.#kept.set(name, key);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > caps.keys && oldest !== undefined) this.#kept.delete(oldest);
    return key;
  }

  certificate(bytes: Uint8Array): X509Certificate {
    return new this.#crypto.X509Certificate(bytes);
  }

  keyBytes(value: object): readonly [KeyType, Uint8Array] | undefined {
    if (!(value instanceof this.#crypto.KeyObject)) return undefined;
    const { type } = value;
    if (type === 'secret') return [type, value.export()];
    return [type, value.export({ format: 'der', type: type === 'public' ? 'spki' : 'pkcs8' })];
  }

  certificateBytes(value: object): Uint8Array | undefined {
    return value instanceof this.#crypto.X509Certificate ? value.raw : undefined;
  }

  [Symbol.dispose](): void {
    this.#kept.clear();
  }
}
