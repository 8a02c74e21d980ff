import { showBy } from '../format.ts';
import { inspectLibrary } from '../lazy.ts';
import { defineIterable, requireArguments, toByteString, toSequence } from '../webidl.ts';
import { iteratorMethod, ownKeys } from '../natives.ts';
import { isForbiddenHeader } from './rules.ts';
import type { HeaderPair } from '../host.ts';

export type Guard = 'none' | 'request' | 'request-no-cors' | 'response' | 'immutable';

export type HeadersClass = new (init?: unknown) => Headers;

/** The standard's header list: names keep their case, and are compared without it. */
export class HeaderList {
  readonly pairs: HeaderPair[] = [];

  static of(pairs: readonly HeaderPair[]): HeaderList {
    const list = new HeaderList();
    for (const pair of pairs) list.pairs.push(pair);
    return list;
  }

  get(name: string): string | null {
    const values = this.all(name);
    return values.length === 0 ? null : values.join(', ');
  }

  all(name: string): string[] {
    const lower = name.toLowerCase();
    return this.pairs.filter(([key]) => key.toLowerCase() === lower).map(([, value]) => value);
  }

  append(name: string, value: string): void {
    const lower = name.toLowerCase();
    const known = this.pairs.find(([key]) => key.toLowerCase() === lower);
    this.pairs.push([known?.[0] ?? name, value]);
  }

  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    const index = this.pairs.findIndex(([key]) => key.toLowerCase() === lower);
    if (index < 0) {
      this.pairs.push([name, value]);
      return;
    }
    const first = this.pairs[index]![0];
    this.delete(name);
    this.pairs.splice(index, 0, [first, value]);
  }

  delete(name: string): void {
    const lower = name.toLowerCase();
    for (let index = this.pairs.length - 1; index >= 0; index--) {
      if (this.pairs[index]![0].toLowerCase() === lower) this.pairs.splice(index, 1);
    }
  }

  /** The pairs as they are sent: each name once, as it was first spelled, with all of its values. */
  combined(): HeaderPair[] {
    const names = new Map(this.pairs.map(([name]) => [name.toLowerCase(), name] as const));
    for (const [name] of this.pairs.toReversed()) names.set(name.toLowerCase(), name);
    return [...names.values()].map((name) => [name, this.get(name)!]);
  }

  /** The pairs in the order of iteration: sorted, joined by name, except Set-Cookie. */
  sorted(): HeaderPair[] {
    const names = [...new Set(this.pairs.map(([name]) => name.toLowerCase()))].sort();
    return names.flatMap((name): HeaderPair[] =>
      name === 'set-cookie'
        ? this.all(name).map((value) => [name, value])
        : [[name, this.get(name)!]],
    );
  }
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** Creates `Headers`, and `headersOf` for the platform's own lists. */
export function createHeaders() {
  let headersOf: (list: HeaderList, guard: Guard) => Headers;
  let listOf: (headers: object) => HeaderList;
  let fill: (headers: object, init: unknown) => void;

  class PlatformHeaders {
    #list = new HeaderList();
    #guard: Guard = 'none';
    /** As iterated; null after a change. */
    #sorted: HeaderPair[] | null = null;

    static {
      headersOf = (list, guard) => {
        const headers = new PlatformHeaders();
        headers.#list = list;
        headers.#guard = guard;
        return headers as unknown as Headers;
      };
      listOf = (headers) => (headers as PlatformHeaders).#list;
      fill = (headers, init) => (headers as PlatformHeaders).#fill(init);
    }

    constructor(init?: unknown) {
      if (init !== undefined) this.#fill(init);
    }

    append(name: unknown, value: unknown): void {
      const list = this.#list;
      requireArguments('Headers.append', arguments.length, 2);
      const pair = validPair(name, value);
      if (this.#mayWrite(pair[0], pair[1])) {
        this.#sorted = null;
        list.append(pair[0], pair[1]);
      }
    }

    delete(name: unknown): void {
      const list = this.#list;
      requireArguments('Headers.delete', arguments.length, 1);
      const key = validName(name);
      if (!this.#mayWrite(key, '')) return;
      this.#sorted = null;
      list.delete(key);
    }

    get(name: unknown): string | null {
      const list = this.#list;
      requireArguments('Headers.get', arguments.length, 1);
      return list.get(validName(name));
    }

    getSetCookie(): string[] {
      return this.#list.all('set-cookie');
    }

    has(name: unknown): boolean {
      const list = this.#list;
      requireArguments('Headers.has', arguments.length, 1);
      return list.get(validName(name)) !== null;
    }

    set(name: unknown, value: unknown): void {
      const list = this.#list;
      requireArguments('Headers.set', arguments.length, 2);
      const pair = validPair(name, value);
      if (this.#mayWrite(pair[0], pair[1])) {
        this.#sorted = null;
        list.set(pair[0], pair[1]);
      }
    }

    static pairs(headers: PlatformHeaders): HeaderPair[] {
      return (headers.#sorted ??= headers.#list.sorted());
    }

    #mayWrite(name: string, value: string): boolean {
      if (this.#guard === 'immutable') throw new TypeError('The headers are immutable');
      // The standard keeps Set-Cookie from pages alone: an answer of a server has it.
      return !this.#guard.startsWith('request') || !isForbiddenHeader(name, value);
    }

    #fill(init: unknown): void {
      for (const [name, value] of pairsOf(init)) this.append(name, value);
    }
  }

  const { pairs } = PlatformHeaders;
  Reflect.deleteProperty(PlatformHeaders, 'pairs');
  defineIterable('Headers', PlatformHeaders, pairs);
  Object.defineProperty(PlatformHeaders, 'length', { value: 0 });
  showBy(PlatformHeaders, function (_depth, options) {
    return `Headers ${inspectLibrary().inspect(Object.fromEntries(pairs(this)), options)}`;
  });
  const ctor = PlatformHeaders as unknown as HeadersClass;
  return { Headers: ctor, headersOf: headersOf!, listOf: listOf!, fill: fill! };
}

function validName(value: unknown): string {
  const name = toByteString(value);
  if (!token.test(name)) throw new TypeError(`"${name}" is no valid name of a header`);
  return name;
}

function validPair(givenName: unknown, givenValue: unknown): HeaderPair {
  const name = toByteString(givenName);
  const value = toByteString(givenValue).replace(/^[\t\n\r ]+|[\t\n\r ]+$/g, '');
  if (!token.test(name)) throw new TypeError(`"${name}" is no valid name of a header`);
  if (/[\0\r\n]/.test(value)) throw new TypeError(`The value of "${name}" has a line break in it`);
  return [name, value];
}

/** Web IDL's `HeadersInit`: a sequence of pairs, or a record. */
function pairsOf(init: unknown): HeaderPair[] {
  if ((typeof init !== 'object' && typeof init !== 'function') || init === null) {
    throw new TypeError('Headers: the argument must be an object or a list of pairs');
  }
  const method = iteratorMethod(init);
  if (method !== undefined && method !== null) {
    return toSequence(init, 'Headers: the argument').map((item) => {
      const pair = toSequence(item, 'Headers: a pair');
      if (pair.length !== 2) throw new TypeError('Headers: a pair must have two items');
      return [toByteString(pair[0]), toByteString(pair[1])];
    });
  }
  const record = new Map<string, string>();
  for (const key of ownKeys(init)) {
    if (Reflect.getOwnPropertyDescriptor(init, key)?.enumerable !== true) continue;
    if (typeof key === 'symbol') throw new TypeError('Headers: a name must not be a symbol');
    const name = toByteString(key);
    record.set(name, toByteString((init as Record<string, unknown>)[key]));
  }
  return [...record];
}
