import { caps } from '@castellan/protocol/frames';
import { endOfString, exceededCap, jsonUnits } from '@castellan/protocol/json';
import type { Excerpt } from './excerpt.ts';
import { type Fields, mostNodes } from './messages.ts';

/** A command of the script's Puppeteer, whose params are still text. Hostile. */
export interface Command {
  readonly id: number;
  readonly method: string;
  readonly sessionId: string | undefined;
  /** JSON text of the params; it is not known to be valid. */
  readonly params: string;
}

/** A command that holds more than its method may, as far as it was read. */
export interface LongCommand {
  /** `undefined` where it was not found. */
  readonly id: number | undefined;
  readonly method: string;
  readonly sessionId: string | undefined;
  /** The end of a sentence that begins with the method and "is not allowed". */
  readonly why: string;
}

const longestMethod = 128;
const longestSession = 64;

/** Characters outside of strings that any command may have: a value and its comma are short. */
const mostOutside = 32 * mostNodes;

/** A member of a command: the place of its value. */
type Place = readonly [start: number, end: number];

/**
 * Who is to do what in a command of any length, by its ends: Puppeteer writes the method first, number
 * and session last. `undefined` where they are not there.
 */
export function readEnds(bytes: Uint8Array): Omit<LongCommand, 'why'> | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const start = buffer.toString('latin1', 0, 2 * longestMethod);
  const method = /^\{"method":"([\w.]{1,128})"/.exec(start)?.[1];
  const end = buffer.toString('latin1', Math.max(0, bytes.length - 128));
  return method === undefined ? undefined : { method, ...whoseIs(end) };
}

/**
 * Reads who is to do what, and leaves the params as they are; `mostOf` says how long a command of a
 * method may be. `undefined` for a text that is no command.
 */
export function readCommand(
  { text, length }: Pick<Excerpt, 'text' | 'length'>,
  mostOf: (method: string) => number,
): Command | LongCommand | undefined {
  const places = new Map<string, Place>();
  let method: string | undefined;
  for (const [name, start, end] of members(text)) {
    if (name === null || places.has(name)) {
      if (method === undefined || text.length <= mostOutside) return undefined;
      return { method, why: 'with such params', ...whoseIs(text) };
    }
    places.set(name, [start, end]);
    if (name !== 'method') continue;
    method = shortText(text, places.get('method'), longestMethod);
    if (method === undefined) return undefined;
    const most = mostOf(method);
    if (length > most) return { method, why: longerThan(most), ...whoseIs(text) };
  }
  const [start, end] = places.get('params') ?? [0, 0];
  const params = start === 0 ? '{}' : text.slice(start, end);
  const id = numberOf(text, places.get('id'));
  const session = places.get('sessionId');
  const sessionId = shortText(text, session, longestSession);
  if (id === undefined || method === undefined || !params.startsWith('{')) return undefined;
  return session === undefined || sessionId !== undefined
    ? { id, method, sessionId, params }
    : undefined;
}

/** The params of a command as an object; `undefined` when that would cost too much, or is no JSON. */
export function paramsOf({ params }: Command): Fields | undefined {
  // A script's own values are in it, a few levels down.
  const depth = caps.jsonDepth + 8;
  if (exceededCap(params, { depth, nodes: mostNodes }) !== null) return undefined;
  try {
    return JSON.parse(params) as Fields;
  } catch {
    return undefined;
  }
}

export function longerThan(most: number): string {
  return `with more than ${most} bytes`;
}

/** Number and session of a long command, from where Puppeteer writes them: behind its params. */
function whoseIs(text: string): Pick<LongCommand, 'id' | 'sessionId'> {
  const found = /,"id":(\d{1,15})(?:,"sessionId":"([\w-]{1,64})")?\}$/.exec(text.slice(-128));
  return { id: found === null ? undefined : Number(found[1]), sessionId: found?.[2] };
}

function numberOf(text: string, place: Place | undefined): number | undefined {
  if (place === undefined) return undefined;
  const digits = text.slice(...place);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

/** A text that needs no escapes; `undefined` for any other value. */
function shortText(text: string, place: Place | undefined, most: number): string | undefined {
  if (place === undefined || place[1] - place[0] > most + 2) return undefined;
  return /^"([^"\\\0-\x1f]*)"$/.exec(text.slice(...place))?.[1];
}

/** Yields name and place of each member of the object; the last name is null where that is none. */
function* members(text: string): Generator<readonly [name: string | null, number, number]> {
  let at = text.startsWith('{') ? 1 : text.length;
  while (at < text.length) {
    const name = /"(\w{1,16})":/y;
    name.lastIndex = at;
    const found = name.exec(text)?.[1];
    if (found === undefined) break;
    const start = name.lastIndex;
    const end = endOfValue(text, start);
    yield [found, start, end];
    if (text[end] === '}' && end === text.length - 1) return;
    if (text[end] !== ',') break;
    at = end + 1;
  }
  yield [null, at, at];
}

/** The place behind the value that starts at `start`: of the comma or bracket that follows it. */
function endOfValue(text: string, start: number): number {
  let level = 0;
  let outside = 0;
  for (let at = start; at < text.length && outside < mostOutside; at++, outside++) {
    switch (text.charCodeAt(at)) {
      case jsonUnits.quote:
        at = endOfString(text, at);
        break;
      case jsonUnits.openBracket:
      case jsonUnits.openBrace:
        level++;
        break;
      case jsonUnits.closeBracket:
      case jsonUnits.closeBrace:
        if (--level < 0) return at;
        break;
      case jsonUnits.comma:
        if (level === 0) return at;
        break;
      default:
    }
  }
  return text.length;
}
