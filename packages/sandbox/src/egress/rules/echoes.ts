/**
 * How servers write a value that they send back: as it is, in another case, escaped for a URL, JSON
 * or HTML, in base64 or in hexadecimal digits.
 */
import { type Layer, layersOf, lower, startIn } from './layers.ts';

/** Texts that show a value when they stand in another. */
export interface Echoes {
  /** In lower case. */
  readonly inAnyCase: readonly string[];
  readonly inBase64: readonly InBase64[];
}

interface InBase64 {
  /** Letters with no bits but those of the value. */
  readonly letters: string;
  /** How many letters before and after have some bits of it. */
  readonly before: number;
  readonly after: number;
}

/** A part of a text. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Shorter texts would be found by chance. */
const fewest = 4;

export function echoesOf(value: string): Echoes {
  const inUtf8 = Buffer.from(value, 'utf8').toString('latin1');
  const wires = [...new Set([value, inUtf8])];
  // What looks like an escape in the value is undone with those that a server has added.
  const own = wires.flatMap((text) => layersOf(text).map((layer) => layer.text));
  // Forms write a blank as a plus.
  const plain = own
    .filter(({ length }) => length >= fewest)
    .flatMap((text) => [text, text.replaceAll(' ', '+')]);
  const digits = wires.map((text) => Buffer.from(text, 'latin1').toString('hex'));
  return {
    inAnyCase: [...new Set([...plain, ...digits].map(lower))],
    inBase64: wires.flatMap(base64Of),
  };
}

/** The places of a value in the original text of these layers. They may overlap. */
export function placesOf(layers: readonly Layer[], echoes: Echoes): readonly Range[] {
  const found: Range[] = [];
  for (const layer of layers) {
    const add = (start: number, end: number): void =>
      void found.push({ start: startIn(layer, start), end: startIn(layer, end) });
    const { text, small, base64 } = layer;
    for (const echo of echoes.inAnyCase) {
      each(small, echo, (at) => add(at, at + echo.length));
    }
    for (const { letters, before, after } of echoes.inBase64) {
      each(base64, letters, (at) => {
        const end = Math.min(at + letters.length + after, text.length);
        const padding = /^={0,2}/.exec(text.slice(end, end + 2))?.[0] ?? '';
        add(Math.max(0, at - before), end + padding.length);
      });
    }
  }
  return found;
}

function each(text: string, part: string, take: (at: number) => void): void {
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) take(at);
}

/**
 * The letters of base64 that no neighbours of the value change. The number of bytes before it, modulo
 * three, decides between three writings.
 */
function base64Of(wire: string): readonly InBase64[] {
  const bytes = Buffer.from(wire, 'latin1');
  return [0, 2, 3].map((before, shift) => {
    const all = Buffer.concat([Buffer.alloc(shift), bytes]);
    const after = all.length % 3 === 0 ? 0 : 1;
    const letters = all.toString('base64').replace(/=+$/, '');
    return { letters: letters.slice(before, letters.length - after), before, after };
  });
}

/** In the order of the text; what overlaps becomes one, like the first of them but for its end. */
export function merged<Place extends Range>(places: readonly Place[]): readonly Place[] {
  const joined: Place[] = [];
  for (const place of places.toSorted((one, other) => one.start - other.start)) {
    const last = joined.at(-1);
    if (last === undefined || place.start >= last.end) joined.push(place);
    else joined[joined.length - 1] = { ...last, end: Math.max(last.end, place.end) };
  }
  return joined;
}
