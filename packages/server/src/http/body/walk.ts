import {
  afterScalar,
  afterSpace,
  afterString,
  byte,
  isText,
  mayOverflow,
  NotJson,
} from './tokens.ts';

/** What JSON from outside may hold. */
export interface WalkCaps {
  /** Levels of arrays and objects in each other. */
  readonly depth: number;
  /** Values and keys besides those of the member that is carried as text. */
  readonly nodes: number;
}

/** A place in the bytes, from its first byte to the one after it. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Something that is JSON, and is not taken. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken';
  readonly why: 'depth' | 'nodes' | 'keys' | 'number';
  /** The keys and indexes that lead to it. */
  readonly path: readonly (string | number)[];

  constructor(why: NotTaken['why'], path: readonly (string | number)[]) {
    super(why);
    this.why = why;
    this.path = path;
  }
}

/**
 * Checks that the bytes are JSON and within the caps, once over them and without making a value of
 * any part. Returns where the values of the member `carried` of the outermost object lie: of these
 * nothing is counted, since they stay text. Throws `NotJson` and `NotTaken`.
 */
export function walk(bytes: Buffer, carried: string, caps: WalkCaps): readonly Span[] {
  const walker = new Walker(bytes, carried, caps);
  walker.whole();
  return walker.spans;
}

/** Where a level of an array or an object stands. */
interface Level {
  /** The key, quotes included; null in an array. */
  key: Span | null;
  index: number;
}

/** Keys that change what an object is. */
const special = {
  proto: Buffer.from('__proto__'),
  constructor: Buffer.from('constructor'),
  prototype: Buffer.from('prototype'),
};

class Walker {
  readonly spans: Span[] = [];
  readonly #bytes: Buffer;
  readonly #carried: Buffer;
  readonly #caps: WalkCaps;
  /** Used again and again, so that a level costs nothing. */
  readonly #levels: Level[] = [];
  #depth = 0;
  #nodes = 0;
  #isCarried = false;

  constructor(bytes: Buffer, carried: string, caps: WalkCaps) {
    this.#bytes = bytes;
    this.#carried = Buffer.from(carried);
    this.#caps = caps;
  }

  whole(): void {
    const end = afterSpace(this.#bytes, this.#value(afterSpace(this.#bytes, 0), false));
    if (end < this.#bytes.length) throw new NotJson('More follows after the end', end);
  }

  /** The place after the value at `at`. `isConstructor`: it lies below the key "constructor". */
  #value(at: number, isConstructor: boolean): number {
    this.#count();
    switch (this.#bytes[at]) {
      case byte.openBrace:
        return this.#object(at, isConstructor);
      case byte.openBracket:
        return this.#array(at);
      case byte.quote:
        return afterString(this.#bytes, at);
      default:
        return this.#scalar(at);
    }
  }

  /** A number that is too large for JavaScript would become Infinity, which is no JSON any more. */
  #scalar(at: number): number {
    const end = afterScalar(this.#bytes, at);
    if (!this.#isCarried || !mayOverflow(this.#bytes, at, end)) return end;
    if (Math.abs(Number(this.#bytes.toString('latin1', at, end))) === Infinity) {
      this.#refuse('number');
    }
    return end;
  }

  #array(at: number): number {
    const level = this.#enter();
    level.key = null;
    let place = afterSpace(this.#bytes, at + 1);
    if (this.#bytes[place] === byte.closeBracket) return this.#leave(place);
    for (level.index = 0; ; level.index++) {
      place = afterSpace(this.#bytes, this.#value(place, false));
      const code = this.#bytes[place];
      if (code === byte.closeBracket) return this.#leave(place);
      if (code !== byte.comma) throw new NotJson('A comma or a bracket is missing', place);
      place = afterSpace(this.#bytes, place + 1);
    }
  }

  #object(at: number, isConstructor: boolean): number {
    const level = this.#enter();
    level.key = null;
    let place = afterSpace(this.#bytes, at + 1);
    if (this.#bytes[place] === byte.closeBrace) return this.#leave(place);
    for (;;) {
      place = afterSpace(this.#bytes, this.#member(place, level, isConstructor));
      const code = this.#bytes[place];
      if (code === byte.closeBrace) return this.#leave(place);
      if (code !== byte.comma) throw new NotJson('A comma or a brace is missing', place);
      place = afterSpace(this.#bytes, place + 1);
    }
  }

  #member(at: number, level: Level, isConstructor: boolean): number {
    if (this.#bytes[at] !== byte.quote) throw new NotJson('A key is missing', at);
    this.#count();
    const key = { start: at, end: afterString(this.#bytes, at) };
    level.key = key;
    if (this.#is(key, special.proto) || (isConstructor && this.#is(key, special.prototype))) {
      this.#refuse('keys');
    }
    const colon = afterSpace(this.#bytes, key.end);
    if (this.#bytes[colon] !== byte.colon) throw new NotJson('A colon is missing', colon);
    const start = afterSpace(this.#bytes, colon + 1);
    if (this.#depth !== 1 || !this.#is(key, this.#carried)) {
      return this.#value(start, this.#is(key, special.constructor));
    }
    this.#isCarried = true;
    const end = this.#value(start, false);
    this.#isCarried = false;
    this.spans.push({ start, end });
    return end;
  }

  #is({ start, end }: Span, word: Buffer): boolean {
    return isText(this.#bytes, start + 1, end - 1, word);
  }

  #enter(): Level {
    if (this.#depth === this.#caps.depth) this.#refuse('depth');
    return (this.#levels[this.#depth++] ??= { key: null, index: 0 });
  }

  #leave(at: number): number {
    this.#depth--;
    return at + 1;
  }

  #count(): void {
    if (!this.#isCarried && ++this.#nodes > this.#caps.nodes) this.#refuse('nodes');
  }

  #refuse(why: NotTaken['why']): never {
    const path = this.#levels
      .slice(0, this.#depth)
      .map(({ key, index }) => (key === null ? index : keyText(this.#bytes, key)));
    throw new NotTaken(why, path);
  }
}

/** Characters of a key that an answer repeats. */
const longestKey = 80;

function keyText(bytes: Buffer, { start, end }: Span): string {
  return (JSON.parse(bytes.toString('utf8', start, end)) as string).slice(0, longestKey);
}
