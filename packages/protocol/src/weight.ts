/** Bounds of a JSON text that is to be parsed. */
export interface JsonCaps {
  /** The deepest nesting of arrays and objects. */
  readonly depth: number;
  /**
   * The number of values and keys: each costs tens of bytes and some time to parse, though it may be
   * a single character of text.
   */
  readonly nodes: number;
  /** The number of different names of members, about. `mostNames` when left out. */
  readonly names?: number;
}

/** Characters of JSON that are more than a part of a value. */
export const jsonUnits = {
  quote: 0x22,
  comma: 0x2c,
  colon: 0x3a,
  openBracket: 0x5b,
  backslash: 0x5c,
  closeBracket: 0x5d,
  openBrace: 0x7b,
  closeBrace: 0x7d,
} as const;

/**
 * The usual cap of different names: V8 enters each new one into tables, which takes as long as twenty
 * values do, so that these take about 35 ms.
 */
export const mostNames = 2 ** 16;

/** Characters of the shortest member with its comma: `"":0,`. No shorter text has a name more. */
const shortestMember = 5;

/**
 * Returns the cap that a JSON text exceeds; null if it exceeds none. One pass over the
 * text outside of strings and over names, so that the cost of parsing is known before anything is
 * parsed. For text that is no JSON any result is possible: the parser refuses it.
 */
export function exceededCap(
  text: string,
  { depth, nodes, names = mostNames }: JsonCaps,
): keyof JsonCaps | null {
  const counter = text.length < shortestMember * names ? undefined : new NameCounter(text);
  let level = 0;
  let count = 1;
  let lastString = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case jsonUnits.quote:
        lastString = at;
        at = endOfString(text, at);
        break;
      case jsonUnits.colon:
        if (++count > nodes) return 'nodes';
        if (counter !== undefined && counter.add(lastString, at) > names) return 'names';
        break;
      case jsonUnits.openBracket:
      case jsonUnits.openBrace:
        if (++level > depth) return 'depth';
        if (++count > nodes) return 'nodes';
        break;
      case jsonUnits.closeBracket:
      case jsonUnits.closeBrace:
        level--;
        break;
      case jsonUnits.comma:
        if (++count > nodes) return 'nodes';
        break;
      default:
    }
  }
  return count > nodes ? 'nodes' : null;
}

/**
 * Counts the different names of a text, too few by about one in thirty: each sets one of a million
 * bits, by a hash that differs from process to process, so that no script can choose names which
 * share a bit.
 */
class NameCounter {
  readonly #text: string;
  readonly #seen = new Uint8Array(2 ** 17);
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The number of different names, once the one from `start` to before `end` is among them. */
  add(start: number, end: number): number {
    let hash = seed;
    for (let at = start; at < end; at++)
      hash = Math.imul(hash ^ this.#text.charCodeAt(at), 0x01_00_01_93) ^ (hash >>> 15);
    const byte = (hash >>> 3) & 0x1_ff_ff;
    const bit = 1 << (hash & 7);
    const before = this.#seen[byte] ?? 0;
    if ((before & bit) === 0) {
      this.#seen[byte] = before | bit;
      this.#count += 1;
    }
    return this.#count;
  }
}

const seed = Math.floor(Math.random() * 2 ** 32);

/**
 * How many values and keys a JSON text of that length may hold where it may be any JSON: a returned
 * value, arguments of a helper, a command to a browser. One costs up to about a hundred bytes once it
 * is parsed, so that the smallest of them, `{}`, would weigh thirty times its text.
 */
export function nodesFor(length: number): number {
  return 2 ** 18 + Math.floor(length / 32);
}

/** Whether arrays and objects of a JSON text are nested deeper than `most`. */
export function isDeeperThan(text: string, most: number): boolean {
  return exceededCap(text, { depth: most, nodes: Infinity }) !== null;
}

/**
 * The place of the quote that ends the string which starts at `start`. Most strings have no escaped
 * quote, so that a search finds it; behind one there may be millions, and each search costs its start.
 */
export function endOfString(text: string, start: number): number {
  const first = text.indexOf('"', start + 1);
  if (first === -1) return text.length;
  let slashes = 0;
  while (text.charCodeAt(first - 1 - slashes) === jsonUnits.backslash) slashes += 1;
  if (slashes % 2 === 0) return first;
  for (let at = first + 1; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === jsonUnits.quote) return at;
    if (unit === jsonUnits.backslash) at += 1;
  }
  return text.length;
}
