import type { KeyType } from '../../native/wire.ts';
import { nodeError, wrongType } from '../node/errors.ts';
import { type Bytes, call, callFunction, register } from './call.ts';

const ours = Symbol('key');

/** A key as its bytes: a secret as it is, others as DER. The runner reads them at each use. */
export class KeyObject {
  readonly #type: KeyType;
  readonly #bytes: Bytes;

  static {
    register({
      special: (value) => (#bytes in value ? ['key', value.#type, value.#bytes] : undefined),
      made: (special) =>
        special[0] === 'key' ? new kinds[special[1]](ours, special[1], special[2]) : undefined,
    });
  }

  constructor(...[own, type, bytes]: unknown[]) {
    if (own !== ours) {
      if (own === 'secret' || own === 'public' || own === 'private') {
        throw wrongType('handle', 'Object', type);
      }
      const message = `The argument 'type' is invalid. Received ${castellan.inspection.inspect(own)}`;
      throw nodeError(TypeError, 'ERR_INVALID_ARG_VALUE', message);
    }
    this.#type = type as KeyType;
    this.#bytes = bytes as Bytes;
  }

  static from(key: unknown): never {
    throw wrongType('key', 'CryptoKey', key);
  }

  get type(): KeyType {
    return this.#type;
  }

  export(options?: unknown): unknown {
    return call('key', [this, 'export', options]);
  }

  equals(other: unknown): boolean {
    if (!(other instanceof KeyObject)) throw wrongType('otherKeyObject', 'KeyObject', other);
    const [own, others] = [this.#bytes, other.#bytes];
    if (this.#type !== other.#type || own.length !== others.length) return false;
    return callFunction('timingSafeEqual', own, others) as boolean;
  }

  get [Symbol.toStringTag](): string {
    return 'KeyObject';
  }

  protected about(name: string): unknown {
    return call('key', [this, name]);
  }
}

class SecretKeyObject extends KeyObject {
  get symmetricKeySize(): unknown {
    return this.about('symmetricKeySize');
  }
}

class AsymmetricKeyObject extends KeyObject {
  get asymmetricKeyType(): unknown {
    return this.about('asymmetricKeyType');
  }

  get asymmetricKeyDetails(): unknown {
    return this.about('asymmetricKeyDetails');
  }
}

class PublicKeyObject extends AsymmetricKeyObject {}
class PrivateKeyObject extends AsymmetricKeyObject {}

const kinds = {
  secret: SecretKeyObject,
  public: PublicKeyObject,
  private: PrivateKeyObject,
} as const;
