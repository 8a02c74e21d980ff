/** Reads source maps: a program of its own, which only runs load that have one and a place to look up. */
import { originalPositionFor, TraceMap } from '@jridgewell/trace-mapping';

/** A place that a map leads to: line from 1, column from 0. */
export interface Mapped {
  readonly source: string;
  readonly line: number;
  readonly column: number;
}

/** Reads a map, JSON text, and returns the function that looks places up in it. Throws for a broken one. */
export function readMap(json: string): (line: number, column: number) => Mapped | undefined {
  const map = new TraceMap(json);
  return (line, column) => {
    const found = originalPositionFor(map, { line, column });
    const { source, line: from, column: at } = found;
    return source === null ? undefined : { source, line: from, column: at };
  };
}
