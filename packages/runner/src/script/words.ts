import { analyze } from './analyze.ts';
import { type SourceProblem } from './problem.ts';
import type { Language } from './typescript.ts';

/** What V8 says about code that it cannot compile, lines and columns from 1. */
export interface Complaint {
  readonly message: string;
  /** Null where V8 tells no place. */
  readonly line: number | null;
  readonly column: number | null;
}

/**
 * Compiles a source, and runs nothing of it. `body`: as the body of an async function with the line
 * ends `bodyEnd` behind it. Null when it compiles, or when something else is wrong.
 */
export type Complain = (source: string, form: 'body' | 'module') => Complaint | null;

/** How the form `body` is compiled: a declaration, so that a brace too many is told as such. */
export const bodyStart = 'async function f(module,exports,require){';
export const bodyEnd = '\n}';

/**
 * A syntax error in V8's words at V8's place, since those are what people know and search for. Where
 * types are, V8 stumbles over the first of them: there the words of the other parser stay, except at
 * a place where both stop.
 */
export function inV8sWords(
  source: string,
  file: string,
  language: Language,
  problem: SourceProblem,
  complain: Complain,
): SourceProblem {
  const said = complain(source, isModule(source, file) ? 'module' : 'body');
  if (said === null || said.message === nesting || said.message === returning) return problem;
  const lines = source.split('\n');
  const { line, column } = said;
  if (line === null || column === null) return { ...problem, message: said.message };
  if (line > lines.length) return { ...problem, message: wordsAtEnd(source, said, problem) };
  const isSame =
    line === problem.line &&
    column === problem.column &&
    !wordOfTypes.test(source.slice(problem.offset));
  if (!isSame && isTyped(source, language, problem)) return problem;
  return { ...problem, message: said.message, line, column };
}

/** What begins TypeScript that is more than types: V8 does not know it. */
const wordOfTypes = /^(?:abstract|declare|enum|export|import|interface|module|namespace|type|@)/;

/** What V8 says when it cannot go deeper. */
const nesting = 'Not enough stack space to parse input';

/** What it says of a `return` in a module; a file with imports may have one. */
const returning = 'Illegal return statement';

/** V8 stopped behind the source, at the brace that is none of it. */
function wordsAtEnd(source: string, { message }: Complaint, { offset }: SourceProblem): string {
  const isAtEnd = source.slice(offset).trim() === '';
  return isAtEnd && message === "Unexpected token '}'" ? 'Unexpected end of input' : message;
}

/** Looks at lines only: a source that does not parse has no statements. */
function isModule(source: string, file: string): boolean {
  return /\.m[jt]s$/.test(file) || /^\s*(?:export\b|import\b\s*[\w$*{'"])/m.test(source);
}

/** Whether it is TypeScript or JSX that a parser of it complained of. */
function isTyped(source: string, language: Language, { offset }: SourceProblem): boolean {
  if (language !== 'auto' && language !== 'jsx') return language !== 'javascript';
  const asJavaScript = analyze(source, false, false);
  return !('message' in asJavaScript) || asJavaScript.offset < offset;
}
