import { showMembers } from '../format.ts';
import type { Realm } from '../realm.ts';
import type { KeyShape } from '../crypto-host.ts';

export interface Keys {
  readonly CryptoKey: new (...given: never[]) => object;
  isKey(value: unknown): boolean;
  handleOf(key: unknown): number;
  keyOf(shape: KeyShape): object;
}

/** Creates `CryptoKey`. The key itself stays in the runner; the guest has its number. */
export function createKeys(realm: Realm): Keys {
  const token = Symbol('construct');
  let isKey: (value: unknown) => value is PlatformCryptoKey;
  let handleOf: (key: unknown) => number;

  class PlatformCryptoKey {
    readonly #shape: KeyShape;
    readonly #algorithm: object;
    readonly #usages: string[];

    static {
      isKey = (value): value is PlatformCryptoKey =>
        typeof value === 'object' && value !== null && #shape in value;
      handleOf = (key) => (key as PlatformCryptoKey).#shape.handle;
      realm.clonable(this.prototype, {
        clone(value) {
          if (!isKey(value)) return undefined;
          const shape = value.#shape;
          return () => new PlatformCryptoKey(token, shape);
        },
      });
    }

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
      this.#shape = given[1] as KeyShape;
      this.#algorithm = algorithmOf(this.#shape.algorithm);
      this.#usages = [...this.#shape.usages];
    }

    get type(): string {
      return this.#shape.type;
    }
    get extractable(): boolean {
      return this.#shape.extractable;
    }
    get algorithm(): object {
      return this.#algorithm;
    }
    get usages(): string[] {
      return this.#usages;
    }
  }

  Object.defineProperty(PlatformCryptoKey, 'length', { value: 0 });
  showMembers(PlatformCryptoKey, ({ type, extractable, algorithm, usages }) => ({
    type,
    extractable,
    algorithm,
    usages,
  }));
  const keyOf = (shape: KeyShape): object => new PlatformCryptoKey(token, shape);
  return { CryptoKey: PlatformCryptoKey, keyOf, isKey: isKey!, handleOf: handleOf! };
}

function algorithmOf(shape: KeyShape['algorithm']): object {
  const { publicExponent } = shape;
  if (!Array.isArray(publicExponent)) return { ...shape };
  return { ...shape, publicExponent: new Uint8Array(publicExponent as number[]) };
}
