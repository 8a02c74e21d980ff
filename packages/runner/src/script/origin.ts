import type { readMap } from './source-maps.ts';

/** A place in a text; both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Where a place of compiled text was written. Undefined for text that nobody wrote. */
export type Origin = (place: Position) => Position | undefined;

/**
 * Looks places up in the source map that the transformer made, JSON text. Between two places of the map
 * the first one counts.
 */
export function originBy(map: string): Origin {
  let find: ReturnType<typeof readMap> | undefined;
  return ({ line, column }) => {
    find ??= reader()(map);
    const found = find(line, column - 1);
    return found === undefined ? undefined : { line: found.line, column: found.column + 1 };
  };
}

/** Read at the start, since a script may change `process.argv`. */
const runner = process.argv[1] ?? '';

/** Loaded at the first place that is looked up. */
function reader(): typeof readMap {
  const require = process.getBuiltinModule('node:module').createRequire(runner);
  return (require('./source-maps.js') as typeof import('./source-maps.ts')).readMap;
}
