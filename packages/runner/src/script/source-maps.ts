/** Reads source maps: a program of its own, which only runs load that have one and a place to look up. */
import {
  AnyMap,
  type EncodedSourceMap,
  originalPositionFor,
  type SectionedSourceMap,
} from '@jridgewell/trace-mapping';

/** A place that a map leads to; both from 1. */
export interface Mapped {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Reads a map, JSON text, and returns the function that looks places up in it. Throws for a broken one. */
export function readMap(
  json: string,
): (place: Pick<Mapped, 'line' | 'column'>) => Mapped | undefined {
  const parsed = JSON.parse(json) as EncodedSourceMap | SectionedSourceMap;
  if (parsed.version !== 3) throw new TypeError('the map has another version');
  if (
    'sources' in parsed &&
    parsed.sources.some((name) => typeof name === 'object' && name !== null)
  )
    throw new TypeError('the map has a source that is no text');
  const map = new AnyMap(parsed);
  return ({ line, column }) => {
    const found = originalPositionFor(map, { line, column: column - 1 });
    if (typeof found.source !== 'string') return undefined;
    return { source: found.source, line: found.line, column: found.column + 1 };
  };
}
