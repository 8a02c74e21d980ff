import type { Problem } from '@castellan/protocol';
import { caps } from '@castellan/protocol/frames';

/** The most bytes that one UTF-16 unit takes in JSON. */
const escaped = 6;

/** The problems that a check has found, bounded so that they always fit into a result. */
export class Problems {
  readonly #found: Problem[] = [];
  readonly #seen = new Set<string>();
  #room: number = caps.problemsJson;

  /** Adds a problem, once. */
  add(problem: Problem): undefined {
    if (this.#found.length === caps.problems) return;
    const message = problem.message.slice(0, caps.problemMessage);
    const key = JSON.stringify({ ...problem, message });
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#room -=
      (message.length + (problem.file?.length ?? 0) + (problem.specifier?.length ?? 0)) * escaped +
      128;
    if (this.#room < 0) return;
    this.#found.push({ ...problem, message });
  }

  /** Whether no syntax error has been found in the file. */
  parses(file: string): boolean {
    return !this.#found.some((problem) => problem.file === file && problem.code === 'syntax_error');
  }

  /** The problems by file, in the order of `files`, then by place. */
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
