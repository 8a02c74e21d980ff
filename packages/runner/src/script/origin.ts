import { program } from './programs.ts';
import type { readMap } from './source-maps.ts';

/** A place in a text; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset in a text. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** Where a place of compiled text was written. Undefined for text that nobody wrote. */
export type Origin = (place: Position) => Position | undefined;

/**
 * Looks places up in the source map that the transformer made, JSON text. Between two places of the map
 * the first one counts.
 */
export function originBy(map: string): Origin {
  let find: ReturnType<typeof readMap> | undefined;
  return (place) => {
    find ??= program<typeof import('./source-maps.ts')>('source-maps.js').readMap(map);
    return find(place);
  };
}
