import type { ECDH } from 'node:crypto';
import { caps } from './caps.ts';
import {
  certificateMembers,
  classes,
  exchangeCalls,
  functions,
  keyMembers,
  statics,
} from './functions.ts';
import { NativeKeys } from './keys.ts';
import { Refused } from './refused.ts';
import { States } from './states.ts';

type Crypto = typeof import('node:crypto');
type Call = (...args: unknown[]) => unknown;
interface State {
  readonly value: object;
  readonly calls: readonly string[];
}

/** `node:crypto` for one run: each operation is a row of a table, and its arguments are plain. */
export class NativeCryptography implements Disposable {
  readonly #crypto: Crypto = process.getBuiltinModule('node:crypto');
  readonly keys = new NativeKeys(this.#crypto);
  readonly #states = new States<State>(caps.states, 'hashes, ciphers and exchanges of keys');

  readonly operations: Readonly<Record<string, Call>> = {
    constants: () => ({ ...this.#crypto.constants }),
    function: (name, ...args) => {
      const takes = rowOf(functions, name);
      return (this.#crypto[name as keyof Crypto] as Call)(...args.slice(0, takes));
    },
    static: (name, ...args) => {
      const takes = rowOf(statics, name);
      const [className, method] = String(name).split('.') as ['ECDH', 'convertKey'];
      return (this.#crypto[className][method] as Call)(...args.slice(0, takes));
    },
    open: (name, ...args) => {
      const { takes, calls } = rowOf(classes, name);
      const make = this.#crypto[name as 'createHash'] as unknown as (...args: unknown[]) => object;
      return this.#states.add({ value: make(...args.slice(0, takes)), calls });
    },
    call: (id, name, ...args) => {
      const { value, calls } = this.#states.at(id);
      if (name === 'digest' || name === 'final') this.#states.spend(id);
      const result = memberOf(value, calls, name, args);
      if (result === value) return null;
      return name === 'copy' ? this.#states.add({ value: result as object, calls }) : result;
    },
    digest: (name, given, data, ...more) => {
      const make = this.#crypto[name === 'createHmac' ? name : 'createHash'] as unknown as Call;
      const hash = make(...(given as unknown[])) as ReturnType<Crypto['createHash']>;
      return hash.update(data as string, ...(more as ['utf8'])).digest();
    },
    sign: (digest, options, data, key, encoding) =>
      this.#crypto
        .createSign(digest as string, options as object)
        .update(data as Uint8Array)
        .sign(key as string, encoding as 'hex'),
    verify: (digest, options, data, key, signature, encoding) =>
      this.#crypto
        .createVerify(digest as string, options as object)
        .update(data as Uint8Array)
        .verify(key as string, signature as string, encoding as 'hex'),
    signer: (digest, options) => void this.#crypto.createSign(digest as string, options as object),
    key: (key, name, ...args) => {
      if (key instanceof this.#crypto.KeyObject) return memberOf(key, keyMembers, name, args);
      throw new Refused('No such key');
    },
    certificate: (given) => new this.#crypto.X509Certificate(given as string),
    certified: (certificate, name, ...args) => {
      if (!(certificate instanceof this.#crypto.X509Certificate)) throw new Refused('None such');
      return memberOf(certificate, certificateMembers, name, args);
    },
    exchange: (curve, own, name, ...args) => this.#exchange(curve, own, name, args),
  };

  /** An exchange of keys by a curve has no state here: its private and public key come and go. */
  #exchange(curve: unknown, own: unknown, name: unknown, args: unknown[]): unknown[] {
    const exchange = this.#crypto.createECDH(curve as string);
    const [privateKey, publicKey] = Array.isArray(own) ? (own as (Buffer | null)[]) : [];
    if (privateKey) exchange.setPrivateKey(privateKey);
    if (publicKey)
      Reflect.apply(Reflect.get(exchange, 'setPublicKey') as Call, exchange, [publicKey]);
    const result = name === null ? null : memberOf(exchange, exchangeCalls, name, args);
    return [
      result === exchange ? null : result,
      keyOr(exchange, 'getPrivateKey'),
      keyOr(exchange, 'getPublicKey'),
    ];
  }

  [Symbol.dispose](): void {
    this.#states.closeAll();
    this.keys[Symbol.dispose]();
  }
}

function keyOr(exchange: ECDH, name: 'getPrivateKey' | 'getPublicKey'): Buffer | null {
  try {
    return exchange[name]();
  } catch {
    return null;
  }
}

/** Calls a method, or reads what is none. */
function memberOf(
  target: object,
  allowed: readonly string[],
  name: unknown,
  args: readonly unknown[],
): unknown {
  if (!allowed.includes(String(name))) throw new Refused(`No such operation: ${String(name)}`);
  const member: unknown = Reflect.get(target, String(name));
  return typeof member === 'function' ? (Reflect.apply(member, target, args) as unknown) : member;
}

function rowOf<T extends object>(table: T, name: unknown): T[keyof T] {
  if (typeof name === 'string' && Object.hasOwn(table, name)) return table[name as keyof T];
  throw new Refused(`No such operation: ${String(name)}`);
}
