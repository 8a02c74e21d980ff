import type { Reason } from './reasons.ts';

/** What is wrong, in the words of a run's reasons, and what only reading a script can find. */
export type ProblemCode = Reason | 'unknown_global';

/**
 * Something that a check found in a script. `file` is relative to the entry's folder, `line` and
 * `column` count from 1 in the user's own source; all are null when the whole script is meant.
 */
export interface Problem {
  readonly code: ProblemCode;
  readonly message: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** The module, as the script names it; only with `module_denied` and `module_not_found`. */
  readonly specifier?: string;
}
