import { Parser } from 'acorn';
import type { Place } from './refusal.ts';

export interface SourceProblem {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  readonly offset: number;
}

/** What the parser threw, as a problem. */
export function problemOf(error: unknown): SourceProblem {
  const {
    message = '',
    loc,
    pos,
  } = error as {
    message?: string;
    loc?: { line: number; column: number };
    pos?: number;
  };
  if (loc === undefined) {
    if (!(error instanceof RangeError)) throw error;
    return { message: 'The source is nested too deeply', line: 1, column: 1, offset: 0 };
  }
  return {
    message: message.replace(/ \(\d+:\d+\)$/, ''),
    line: loc.line,
    column: loc.column + 1,
    offset: pos ?? 0,
  };
}

/**
 * The first place where a source breaks a rule of ES modules; `analyze` does not check those. `mayReturn`:
 * the module is around a body.
 */
export function strictPlace(file: string, source: string, mayReturn = true): Place | null {
  try {
    Parser.parse(source, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowHashBang: true,
      allowReturnOutsideFunction: mayReturn,
    });
    return null;
  } catch (error) {
    const { line, column } = problemOf(error);
    return { file, line, column };
  }
}
