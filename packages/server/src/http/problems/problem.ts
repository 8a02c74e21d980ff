import { type ProblemCode, problemTable } from './table.ts';

/** One field that is wrong. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or the name of a header or query field. */
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemExtras {
  /** When it may be worth another try; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly errors?: readonly FieldError[];
  /** Where in the script, for `module_denied`. */
  readonly place?: {
    readonly specifier: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly column: number | null;
  };
}

/** An answer that is a problem. `detail` shows the offending value and says what to do. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';
  readonly code: ProblemCode;
  readonly extras: ProblemExtras;

  constructor(code: ProblemCode, detail: string, extras: ProblemExtras = {}) {
    super(detail);
    this.code = code;
    this.extras = extras;
  }

  get status(): number {
    return problemTable[this.code].status;
  }
}

export const problemType = 'application/problem+json; charset=utf-8';

/** The body of the answer (RFC 9457). `instance` is the id of the request, found again in the log. */
export function problemBody(problem: ProblemError, requestId: string): Record<string, unknown> {
  const { place, errors, retryAfterMs } = problem.extras;
  return {
    type: `urn:castellan:problem:${problem.code}`,
    title: problemTable[problem.code].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:castellan:request:${requestId}`,
    code: problem.code,
    ...(errors === undefined ? {} : { errors }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...place,
  };
}

/** Whole seconds, at least 1. */
export function retryAfter(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / 1_000)));
}

const longest = 80;

/** A value of a stranger's, short enough for a sentence, control characters escaped. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  const safe = text.replaceAll(
    /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return safe.length <= longest ? safe : `${safe.slice(0, longest)}… (${safe.length} characters)`;
}
