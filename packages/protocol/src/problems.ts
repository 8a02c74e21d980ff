import type { Reason } from './reasons.ts';

/** The kinds of problems: reasons of runs, and what only a check can find. */
export type ProblemCode = Reason | 'unknown_global';

/**
 * A problem that a check found in a script. `file` is relative to the entry's folder, `line` and
 * `column` count from 1 in the user's own source; all are null if the problem is about the whole
 * script.
 */
export interface Problem {
  /** What kind of problem it is. */
  readonly code: ProblemCode;
  /** A description for people; at most 1,024 characters. */
  readonly message: string;
  /** Relative to the entry’s folder; null if the problem is about the whole script. */
  readonly file: string | null;
  /** From 1, in the author’s own source. */
  readonly line: number | null;
  /** From 1, in the author’s own source. */
  readonly column: number | null;
  /** The module, as the script names it; only with `module_denied` and `module_not_found`. */
  readonly specifier?: string;
}
