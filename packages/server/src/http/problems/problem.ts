import { pageOf } from './page.ts';
import { type ProblemCode, problemTable } from './table.ts';

/** One invalid field. */
export interface FieldError {
  /** JSON Pointer (RFC 6901) into the body, or the name of a header or query field. */
  readonly pointer: string;
  readonly detail: string;
  /** The offending value; undefined if it is no scalar, too long or secret. */
  readonly value?: Scalar | undefined;
  /** The accepted values, if they are a set of words. */
  readonly allowed?: readonly string[] | null;
}

export type Scalar = string | number | boolean | null;

/** The longest text that a problem quotes. */
const longestText = 200;

/** Returns the value as a problem may quote it; undefined if it may not. */
export function scalarOf(value: unknown): Scalar | undefined {
  if (typeof value === 'string') return value.length <= longestText ? value : undefined;
  const isScalar = value === null || typeof value === 'number' || typeof value === 'boolean';
  return isScalar ? value : undefined;
}

interface ProblemExtras {
  /** How to solve it: a command or an instruction. */
  readonly fix?: string;
  /** The requested value, if it is one thing and no field is invalid. */
  readonly value?: Scalar | undefined;
  readonly allowed?: readonly string[];
  /** When a retry may succeed; becomes `Retry-After`. */
  readonly retryAfterMs?: number;
  readonly errors?: readonly FieldError[];
  /** Whether the script of a call that has no answer had started. */
  readonly started?: boolean;
  /** The place in the script. */
  readonly place?: {
    readonly specifier?: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly column: number | null;
  };
}

/**
 * Thrown for a response that is a problem. `detail` shows the offending value and says what to do.
 */
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

/** The response body (RFC 9457). `instance` is the id of the request, which is in the log too. */
export function problemBody(problem: ProblemError, requestId: string): Record<string, unknown> {
  const { place, errors, retryAfterMs, started, fix, value, allowed } = problem.extras;
  return {
    type: pageOf(problem.code),
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
    ...(started === undefined ? {} : { started }),
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
