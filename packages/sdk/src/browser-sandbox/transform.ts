import type { RunError } from '@castellan/protocol';
import { caps } from '@castellan/protocol/frames';
import { type Ending, endingBy } from './ending.ts';

/**
 * Makes JavaScript of a script that does not parse as JavaScript, such as TypeScript. Lines and columns of
 * errors are those of the text that it returns, so it should keep them: blanks in the place of types do. What
 * it throws ends the run as `syntax_error`, at its `line` and `column` if it has any. `signal` aborts when the
 * run has ended; its time is the run's.
 */
export type Transform = (source: string, signal: AbortSignal) => string | Promise<string>;

/** What runs: the text that the transform has made, or the ending that it is instead. */
export type Transformed = { readonly source: string } | { readonly ending: Ending };

/** Has the source made JavaScript. Never rejects. */
export async function transformed(
  transform: Transform,
  source: string,
  { sourceBytes }: { readonly sourceBytes: number },
  signal: AbortSignal,
): Promise<Transformed> {
  let made: unknown;
  try {
    made = await transform(source, signal);
  } catch (error) {
    return { ending: refusedBy(error) };
  }
  if (typeof made !== 'string') {
    return { ending: endingBy('box_failed', `transform returned no text, but ${typeof made}`) };
  }
  const bytes = new TextEncoder().encode(made).length;
  if (bytes <= sourceBytes) return { source: made };
  const message = `transform made ${bytes} bytes of the script, and sourceBytes allows ${sourceBytes}`;
  return { ending: endingBy('syntax_error', message) };
}

function refusedBy(thrown: unknown): Ending {
  const { message, line, column } = (thrown ?? {}) as Partial<Record<string, unknown>>;
  const text = typeof message === 'string' ? message : String(thrown);
  const ending = endingBy('syntax_error', text.slice(0, caps.errorMessage));
  if (!isPlace(line) || !isPlace(column) || ending.error === null) return ending;
  const { error } = ending;
  const stack = `${error.stack}\n    at script.js:${line}:${column}`;
  return { ...ending, error: { ...error, stack, file: 'script.js', line, column } };
}

function isPlace(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) > 0;
}

/** Lines that JavaScript does not have: a declaration of types, an annotation, an assertion. */
const typed = [
  /^\s*(?:export\s+)?(?:declare|interface|enum|namespace|type|abstract\s+class)\s+[\w$]/,
  /^\s*(?:import|export)\s+type\b/,
  /[\w$)\]]\??\s*:\s*(?:string|number|boolean|unknown|any|void|never|object|[A-Z][\w$]*)\b/,
  /\s(?:as|satisfies)\s+[\w${[]/,
  /[\w$]<[A-Za-z][^=;]*>\s*\(/,
];

/** Adds to a syntax error in a line with types what to do about it. */
export function withWayOut(error: RunError, source: string): RunError {
  const line = source.split('\n')[(error.line ?? 0) - 1];
  if (line === undefined || !typed.some((form) => form.test(line))) return error;
  const message = `${error.message}. If this is TypeScript: a browser runs JavaScript alone, so give createBrowserSandbox a transform that takes the types out`;
  return { ...error, message };
}
