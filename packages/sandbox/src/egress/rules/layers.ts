/** A text with some of its escapes undone, and where each unit of it comes from. */
export interface Layer {
  readonly text: string;
  /** The text in lower case, at the same length. */
  readonly small: string;
  /** The text with the letters of base64url as those of base64. */
  readonly base64: string;
  /** By index, where the unit begins in the original text; one more for the end. Null: at its index. */
  readonly starts: Uint32Array | null;
}

/** How often escapes are undone: a URL may stand within a URL within a URL. */
const mostTimes = 3;

/** Escapes of URLs, JSON and HTML. */
const kinds: readonly RegExp[] = [
  /%(?<byte>[\da-f]{2})/gi,
  /\\u(?<unit>[\da-f]{4})|\\(?<literal>[^\da-z])/gi,
  /&#(?<decimal>\d{1,7});|&#x(?<hex>[\da-f]{1,6});|&(?<name>amp|lt|gt|quot|apos);/gi,
];
const anyKind = new RegExp(kinds.map(({ source }) => source).join('|'), 'gi');

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * The text as it is, and with escapes undone once, twice and so on: all of them, and those of each kind
 * alone, since what stands before a value may make its beginning look like an escape of another kind.
 */
export function layersOf(text: string): readonly Layer[] {
  const layers = [layerOf(text, null)];
  const found = kinds.filter((kind) => text.search(kind) !== -1);
  for (const kind of found.length > 1 ? [anyKind, ...found] : found) {
    let layer = layers[0];
    for (let time = 0; time < mostTimes && layer !== undefined; time += 1) {
      layer = unescaped(layer, kind);
      if (layer !== undefined) layers.push(layer);
    }
  }
  return layers;
}

/** In lower case, at the same length. */
export function lower(text: string): string {
  const small = text.toLowerCase();
  if (small.length === text.length) return small;
  return text.replaceAll(/[A-Z\u00c0-\u00de]/g, (unit) => unit.toLowerCase());
}

function layerOf(text: string, starts: Layer['starts']): Layer {
  const base64 = text.replaceAll('-', '+').replaceAll('_', '/');
  return { text, small: lower(text), base64, starts };
}

/** Where the unit of a layer at `index` begins in the original text. */
export function startIn({ starts }: Layer, index: number): number {
  return starts === null ? index : (starts[index] ?? 0);
}

/** The next layer; undefined when there are no escapes of that kind. */
function unescaped(layer: Layer, kind: RegExp): Layer | undefined {
  const { text } = layer;
  if (text.search(kind) === -1) return undefined;
  const parts: string[] = [];
  const starts = new Uint32Array(text.length + 1);
  let length = 0;
  let at = 0;
  const copyTo = (end: number): void => {
    parts.push(text.slice(at, end));
    for (; at < end; at += 1) starts[length++] = startIn(layer, at);
  };
  for (const match of text.matchAll(kind)) {
    copyTo(match.index);
    parts.push(unitOf(match));
    starts[length++] = startIn(layer, at);
    at += match[0].length;
  }
  copyTo(text.length);
  starts[length] = startIn(layer, at);
  return layerOf(parts.join(''), starts.subarray(0, length + 1));
}

/** The one unit that an escape stands for. */
function unitOf({ groups = {} }: RegExpExecArray): string {
  const { byte, unit, literal, decimal, hex, name } = groups;
  if (literal !== undefined) return literal;
  if (name !== undefined) return named[name.toLowerCase()] ?? '?';
  const code =
    decimal === undefined ? Number.parseInt(byte ?? unit ?? hex ?? '', 16) : Number(decimal);
  return String.fromCharCode(code);
}
