import type { Problem } from '@castellan/protocol';
import { caps } from '@castellan/protocol/frames';

/** Bytes that one unit of text takes at most in JSON. */
const escaped = 6;

/** What a check has found so far: bounded, so that it can always be told. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #seen = new Set<string>();
  #room: number = caps.problemsJson;

  /** Takes a problem in, once. */
  add(problem: Problem): undefined {
    if (this.#found.length === caps.problems) return;
    const message = problem.message.slice(0, caps.problemMessage);
    const key = JSON.stringify({ ...problem, message });
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#room -= (message.length + (problem.file?.length ?? 0)) * escaped + 128;
    if (this.#room < 0) return;
    this.#found.push({ ...problem, message });
  }

  /** Whether nothing was found that keeps the file from being compiled. */
  parses(file: string): boolean {
    return !this.#found.some((problem) => problem.file === file && problem.code === 'syntax_error');
  }

  /** File by file in the order of the source, each from its top down. */
  sorted(files: readonly string[]): Problem[] {
    const place = (file: string | null): number => (file === null ? -1 : files.indexOf(file));
    return this.#found.toSorted(
      (a, b) =>
        place(a.file) - place(b.file) ||
        (a.line ?? 0) - (b.line ?? 0) ||
        (a.column ?? 0) - (b.column ?? 0),
    );
  }
}
