import { Buffer } from 'node:buffer';
import type { KeyObject, X509Certificate } from 'node:crypto';
import type { BytesKind, KeyType, Wire } from '../../../guest/native/wire.ts';
import { caps } from './caps.ts';
import { Refused } from './refused.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What only Node's cryptography can make of bytes, and what it tells of its own. */
export interface KeyReader {
  key(type: KeyType, bytes: Uint8Array): KeyObject;
  certificate(bytes: Uint8Array): X509Certificate;
  /** The bytes of a key, and undefined for everything else. */
  keyBytes(value: object): readonly [KeyType, Uint8Array] | undefined;
  certificateBytes(value: object): Uint8Array | undefined;
}

/** Reads what a script has sent. All of it is hostile: what is made of it is plain and the runner's own. */
export class WireReader {
  readonly #data: Uint8Array | string;
  readonly #keys: KeyReader;
  #left: number = caps.values;

  constructor(data: Uint8Array | string, keys: KeyReader) {
    this.#data = data;
    this.#keys = keys;
  }

  read(wire: unknown, depth = 0): unknown {
    if (--this.#left < 0 || depth > caps.depth) throw new Refused('Too many values');
    if (wire === null) return null;
    if (typeof wire !== 'object') return wire;
    if (!Array.isArray(wire)) throw new Refused('No such value');
    const [tag, first] = wire as unknown[];
    switch (tag) {
      case 'undefined':
        return undefined;
      case 'data':
        return typeof this.#data === 'string' ? this.#data : bufferOf(this.#data);
      case 'number':
        return Number(first);
      case 'bigint':
        return BigInt(textOf(first));
      case 'list':
        return listOf(first).map((item) => this.read(item, depth + 1));
      case 'object':
        return this.#object(first, depth);
      case 'bytes':
        return asKind(this.#part(wire[2], wire[3]), first);
      case 'key':
        return this.#keys.key(keyTypeOf(first), this.#part(wire[2], wire[3]));
      case 'certificate':
        return this.#keys.certificate(this.#part(first, wire[2]));
      case 'function':
        return Object.defineProperty(() => undefined, 'name', { value: textOf(first) });
      case 'symbol':
        return Symbol(textOf(first));
      case 'instance':
        return Object.create({ constructor: { name: textOf(first) } });
      default:
        throw new Refused('No such value');
    }
  }

  /** An object of the runner's realm, with own members alone: none of them can become its prototype. */
  #object(members: unknown, depth: number): object {
    if (typeof members !== 'object' || members === null) throw new Refused('No such value');
    const copy = {};
    for (const [key, item] of Object.entries(members)) {
      const value = this.read(item, depth + 1);
      Object.defineProperty(copy, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    return copy;
  }

  #part(start: unknown, length: unknown): Bytes {
    const data = this.#data;
    if (typeof data === 'string') throw new Refused('No such bytes');
    const [from, size] = [Number(start), Number(length)];
    const isWhole = Number.isSafeInteger(from) && Number.isSafeInteger(size);
    if (!isWhole || from < 0 || size < 0 || from + size > data.length) {
      throw new Refused('No such bytes');
    }
    return data.subarray(from, from + size) as Bytes;
  }
}

/** Writes what goes back to the script: the values as JSON, and their bytes. */
export class WireWriter {
  readonly #keys: KeyReader;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(keys: KeyReader) {
    this.#keys = keys;
  }

  /** A text where there are no bytes, else one memory that holds exactly both. */
  reply(value: readonly unknown[]): Bytes | string {
    const json = JSON.stringify(value);
    if (this.#parts.length === 0) return json;
    const ascii = json.replaceAll(
      /[^\x00-\x7f]/g,
      (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    const all = new Uint8Array(4 + ascii.length + this.#length);
    new DataView(all.buffer).setUint32(0, ascii.length, true);
    bufferOf(all).write(ascii, 4, 'latin1');
    let at = 4 + ascii.length;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  write(value: unknown): Wire {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number.isFinite(value) ? value : ['number', String(value)];
      case 'bigint':
        return ['bigint', String(value)];
      case 'object':
        return value === null ? null : this.#object(value);
      default:
        return ['undefined'];
    }
  }

  #object(value: object): Wire {
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      const kind = Buffer.isBuffer(value) ? 'Buffer' : 'Uint8Array';
      return ['bytes', kind, this.#keep(bytes), bytes.length];
    }
    if (value instanceof ArrayBuffer) {
      return ['bytes', 'ArrayBuffer', this.#keep(new Uint8Array(value)), value.byteLength];
    }
    if (Array.isArray(value)) return ['list', value.map((item) => this.write(item))];
    if (value instanceof Date) return ['date', value.getTime()];
    const key = this.#keys.keyBytes(value);
    if (key !== undefined) return ['key', key[0], this.#keep(key[1]), key[1].length];
    const certificate = this.#keys.certificateBytes(value);
    if (certificate !== undefined) {
      return ['certificate', this.#keep(certificate), certificate.length];
    }
    const members = Object.entries(value).map(([name, item]) => [name, this.write(item)] as const);
    return ['object', Object.fromEntries(members)];
  }

  #keep(bytes: Uint8Array): number {
    const start = this.#length;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return start;
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function asKind(bytes: Bytes, kind: unknown): Bytes | ArrayBuffer {
  const known = kind as BytesKind;
  if (known === 'ArrayBuffer') return bytes.slice().buffer;
  return known === 'Buffer' ? (bufferOf(bytes) as Bytes) : bytes;
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  throw new Refused('No such value');
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new Refused('No such value');
}

function keyTypeOf(value: unknown): KeyType {
  if (value === 'secret' || value === 'public' || value === 'private') return value;
  throw new Refused('No such key');
}
