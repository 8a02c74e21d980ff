/**
 * Source maps that a script carries in a comment of its own:
 *
 *     //# sourceMappingURL=data:application/json;base64,…
 *
 * They are the script's word: a map that is broken, or too large, is ignored, and what it calls its
 * sources is made a relative path.
 */
import type { Position } from './origin.ts';
import { program } from './programs.ts';

/** Where a place of a file comes from; undefined when the map does not say. */
export type InlineMap = (place: Position) => (Position & { readonly file: string }) | undefined;

/** Places and lines of a map, each of which takes about 100 bytes of memory once it is read. */
const mostSegments = 250_000;
const longestName = 512;
/** No source that fits into a run has so many lines, or so many columns. */
const furthest = 100_000_000;

const mark = 'sourceMappingURL=data:';

const none = (): undefined => undefined;

/** The map of a file's text. */
export function inlineMap(text: string): InlineMap {
  const json = mapIn(text);
  if (json === undefined) return none;
  const find =
    attempt(() => program<typeof import('./source-maps.ts')>('source-maps.js').readMap(json)) ??
    none;
  return ({ line, column }) => {
    const found = attempt(() => find({ line, column }));
    const file = found === undefined ? '' : relativeName(found.source);
    if (found === undefined || file === '' || !isPlace(found)) return undefined;
    return { file, line: found.line, column: found.column };
  };
}

/** What a reader of maps makes of one that may be anything. */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** The JSON of the last comment with a map, if it is not too large. */
function mapIn(text: string): string | undefined {
  const at = text.lastIndexOf(mark);
  if (at === -1 || !/(?:\/\/|\/\*)[#@]\s$/.test(text.slice(Math.max(0, at - 4), at)))
    return undefined;
  const url = text.slice(at + mark.length);
  const [head, encoding] =
    /^application\/json(?:;charset=utf-8)?(;base64)?,/i.exec(url.slice(0, 64)) ?? [];
  if (head === undefined) return undefined;
  const [data = ''] = /^[^\s*]*/.exec(url.slice(head.length)) ?? [];
  const json =
    encoding === undefined
      ? attempt(() => decodeURIComponent(data))
      : Buffer.from(data, 'base64').toString();
  return json !== undefined && segmentsIn(json) <= mostSegments ? json : undefined;
}

/** At least how many places and lines a map has: each ends with a comma or a semicolon. */
function segmentsIn(json: string): number {
  let count = 0;
  for (let at = 0; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (unit === 0x2c || unit === 0x3b) count++;
  }
  return count;
}

/** A name as a relative path: without scheme, query, `.` and `..`; empty if that leaves nothing. */
function relativeName(source: string): string {
  const path = source
    .slice(0, 4 * longestName)
    .replace(/^[a-z][a-z\d+.-]*:/i, '')
    .replace(/[?#].*$/s, '');
  const segments = path
    .split(/[\\/]/)
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const name = segments.join('/');
  const isPlain =
    name.length <= longestName && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029:()]/.test(name);
  return isPlain ? name : '';
}

function isPlace({ line, column }: Position): boolean {
  return line > 0 && column > 0 && line < furthest && column < furthest;
}
