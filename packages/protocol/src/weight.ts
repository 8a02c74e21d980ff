/** Bounds of a JSON text that is to be parsed. */
export interface JsonCaps {
  /** The deepest nesting of arrays and objects. */
  readonly depth: number;
  /**
   * The number of values and keys: each costs tens of bytes and some time to parse, though it may be
   * a single character of text.
   */
  readonly nodes: number;
}

/**
 * Returns the cap that a JSON text exceeds; null if it exceeds none. One pass over the text outside
 * of strings, without allocating, so that the cost of parsing is known before anything is parsed.
 * For text that is no JSON any result is possible: the parser refuses it.
 */
export function exceededCap(text: string, { depth, nodes }: JsonCaps): keyof JsonCaps | null {
  let level = 0;
  let count = 1;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === quote) at = endOfString(text, at);
    else if (code === openBracket || code === openBrace) {
      if (++level > depth) return 'depth';
      count++;
    } else if (code === closeBracket || code === closeBrace) level--;
    else if (code === comma || code === colon) count++;
    if (count > nodes) return 'nodes';
  }
  return null;
}

/** Whether arrays and objects of a JSON text are nested deeper than `most`. */
export function isDeeperThan(text: string, most: number): boolean {
  return exceededCap(text, { depth: most, nodes: Infinity }) !== null;
}

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/** Returns the position of the quote that ends the string starting at `start`. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  for (; at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
