import type { File } from '../script/draft.ts';

/** Which file a place is in; what is about the whole script is in the first one. */
export function placeOf(file: string | null, files: readonly File[]): number {
  if (file === null || files.length === 1) return 0;
  return Math.max(
    0,
    files.findIndex(({ name }) => name === file),
  );
}
