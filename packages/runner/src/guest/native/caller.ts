import {
  crossing,
  type KeyType,
  type Native,
  type NativeFailure,
  type NativeReply,
  type Wire,
} from './wire.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What crosses as bytes of its own kind. */
export type Special =
  | readonly ['key', type: KeyType, bytes: Uint8Array]
  | readonly ['certificate', bytes: Uint8Array];

/** The classes of who calls. */
export interface Kinds {
  buffer(bytes: Bytes): object;
  special(value: object): Special | undefined;
  made(special: Special): object;
  failed(failure: NativeFailure): Error;
}

/** Stands for the text that goes beside a call's values. */
export const dataHere = Symbol('data');

/** Calls an operation of the runner's; throws what Node has thrown there. */
export type CallNative = (operation: string, values: readonly unknown[], text?: string) => unknown;

export function callerOf(native: Native, kinds: Kinds): CallNative {
  // Whatever crosses is copied at once, so that parts of a large input take one memory.
  const room = { memory: undefined };
  return (operation, values, text) => {
    const parts = new Parts(kinds, room);
    const call = JSON.stringify([operation, ...values.map((value) => parts.wire(value))]);
    return answerOf(native(call, text ?? parts.joined()), kinds);
  };
}

/** Lists and objects in each other. */
const deepest = 4;

interface Room {
  memory: Uint8Array | undefined;
}

class Parts {
  readonly #kinds: Kinds;
  readonly #room: Room;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(kinds: Kinds, room: Room) {
    this.#kinds = kinds;
    this.#room = room;
  }

  wire(value: unknown, depth = 0): Wire {
    switch (typeof value) {
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        if (Object.is(value, -0)) return ['number', '-0'];
        return Number.isFinite(value) ? value : ['number', String(value)];
      case 'bigint':
        return ['bigint', String(value)];
      case 'undefined':
        return ['undefined'];
      case 'function':
        return ['function', value.name];
      case 'symbol':
        return value === dataHere ? ['data'] : ['symbol', value.description ?? ''];
      case 'object':
        return value === null ? null : this.#object(value, depth);
    }
  }

  #object(value: object, depth: number): Wire {
    const special = this.#kinds.special(value);
    if (special?.[0] === 'key') {
      return ['key', special[1], this.#add(special[2]), special[2].length];
    }
    if (special?.[0] === 'certificate') {
      return ['certificate', this.#add(special[1]), special[1].length];
    }
    if (ArrayBuffer.isView(value)) {
      const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      return ['bytes', 'Buffer', this.#add(bytes), bytes.length];
    }
    if (isBuffer(value)) {
      const bytes = new Uint8Array(value);
      return ['bytes', 'ArrayBuffer', this.#add(bytes), bytes.length];
    }
    // What is deeper is nothing that Node looks at; options may lead back to themselves.
    if (depth > deepest) return ['instance', 'Object'];
    if (Array.isArray(value)) return ['list', value.map((item) => this.wire(item, depth + 1))];
    const members: Record<string, Wire> = {};
    // Options may come from a prototype, as they may in Node.
    for (const name in value)
      members[name] = this.wire((value as Record<string, unknown>)[name], depth + 1);
    if (Object.keys(members).length > 0 || isPlain(value)) return ['object', members];
    return ['instance', String(value.constructor?.name ?? 'Object')];
  }

  #add(bytes: Uint8Array): number {
    const start = this.#length;
    this.#parts.push(bytes);
    this.#length += bytes.length;
    return start;
  }

  /** The whole memory of a view crosses, and a copy of it is made. */
  joined(): Uint8Array {
    const [only] = this.#parts;
    if (only !== undefined && only.length === this.#length && isAlone(only)) return only;
    const all =
      this.#length === crossing
        ? (this.#room.memory ??= new Uint8Array(crossing))
        : new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }
}

const isBuffer = (value: object): value is ArrayBuffer =>
  value instanceof ArrayBuffer || value.constructor?.name === 'SharedArrayBuffer';

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isAlone({ buffer, length }: Uint8Array): boolean {
  return buffer instanceof ArrayBuffer && buffer.byteLength === length && !buffer.resizable;
}

function answerOf(answer: string | Uint8Array, kinds: Kinds): unknown {
  if (typeof answer === 'string') return valueOf(JSON.parse(answer) as NativeReply, answer, kinds);
  const length = new DataView(answer.buffer, answer.byteOffset).getUint32(0, true);
  let json = '';
  for (let at = 4; at < 4 + length; at += 4_096) {
    json += String.fromCharCode(...answer.subarray(at, Math.min(at + 4_096, 4 + length)));
  }
  return valueOf(JSON.parse(json) as NativeReply, answer.subarray(4 + length) as Bytes, kinds);
}

function valueOf([isFailed, value]: NativeReply, bytes: Bytes | string, kinds: Kinds): unknown {
  if (isFailed === 1) throw kinds.failed(value);
  return unpacked(value, typeof bytes === 'string' ? new Uint8Array() : bytes, kinds);
}

function unpacked(wire: Wire, bytes: Bytes, kinds: Kinds): unknown {
  if (typeof wire !== 'object' || wire === null) return wire;
  const part = (start: number, length: number): Bytes => bytes.slice(start, start + length);
  switch (wire[0]) {
    case 'number':
      return Number(wire[1]);
    case 'bigint':
      return BigInt(wire[1]);
    case 'date':
      return new Date(wire[1]);
    case 'list':
      return wire[1].map((item) => unpacked(item, bytes, kinds));
    case 'object':
      return Object.fromEntries(
        Object.entries(wire[1]).map(([name, item]) => [name, unpacked(item, bytes, kinds)]),
      );
    case 'bytes': {
      if (wire[1] === 'Uint8Array') return bytes.subarray(wire[2], wire[2] + wire[3]);
      const own = part(wire[2], wire[3]);
      if (wire[1] === 'ArrayBuffer') return own.buffer;
      return kinds.buffer(own);
    }
    case 'key':
      return kinds.made(['key', wire[1], part(wire[2], wire[3])]);
    case 'certificate':
      return kinds.made(['certificate', part(wire[1], wire[2])]);
    default:
      return undefined;
  }
}
