import { type ProblemCode, problemTable } from './table.ts';

/** One field that is wrong. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or the name of a header or query field. */
  readonly pointer: string;
  readonly detail: string;
  /** What is there; left out for what is no scalar, or long, or a secret. */
  readonly value?: Scalar | undefined;
  /** What could be there instead, where it is a set of words. */
  readonly allowed?: readonly string[] | null;
}

export type Scalar = string | number | boolean | null;

/** The longest text that a problem repeats. */
const longestText = 200;

/** The value as a problem may repeat it; undefined when it may not. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (typeof value === 'string') return value.length <= longestText ? value : undefined;
  const isScalar = value === null || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? value : undefined;
}

interface ProblemExtras {
  /** What mends it: a command or an instruction. */
  readonly fix?: string;
  /** What was asked for, when it is one thing and no field is to blame. */
  readonly value?: Scalar | undefined;
  readonly allowed?: readonly string[];
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
  const { place, errors, retryAfterMs, fix, value, allowed } = problem.extras;
  return {
    type: `urn:castellan:problem:${problem.code}`,
    title: problemTable[problem.code].title,
    status: problem.status,
    detail: problem.message,
    instance: `urn:castellan:request:${requestId}`,
    code: problem.code,
    ...(fix === undefined ? {} : { fix }),
    ...(value === undefined ? {} : { value }),
    ...(allowed === undefined ? {} : { allowed }),
    ...(errors === undefined ? {} : { errors: errors.map(fieldBody) }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...place,
  };
}

function fieldBody({ pointer, detail, value, allowed }: FieldError): FieldError {
  return {
    pointer,
    detail,
    ...(value === undefined ? {} : { value }),
    ...(allowed === undefined || allowed === null ? {} : { allowed }),
  };
}

/** Whole seconds, at least 1. */
export function retryAfter(milliseconds: number): string {
  return String(Math.max(1, Math.ceil(milliseconds / 1_000)));
}
