/** What is wrong with one field of a request. */
export interface FieldProblem {
  /** A JSON Pointer (RFC 6901) into the body, or the name of a header or of a query field. */
  readonly pointer: string;
  readonly detail: string;
  /** The value that was sent, if it is a short scalar. */
  readonly value?: string | number | boolean | null;
  /** The values that are accepted, if they are a set of words. */
  readonly allowed?: readonly string[] | null;
}

/**
 * Codes of what never came from the service: `unreachable`, no answer; `broken_answer`, an answer that
 * was cut off, or that no Castellan gives.
 */
export type ClientCode = 'unreachable' | 'broken_answer';

/** A place in a script; lines and columns count from 1. Null where none is known. */
interface Place {
  readonly file?: string | null;
  readonly line?: number | null;
  readonly column?: number | null;
}

interface Details extends Place {
  readonly errors?: readonly FieldProblem[];
  readonly fix?: string | null;
  readonly page?: string | null;
  readonly retryAfterMs?: number | null;
  readonly requestId?: string | null;
  readonly cause?: unknown;
}

/**
 * The service refused a request, or could not be asked. A script that failed is no such error: it is a
 * `Run` with a reason.
 */
export class CastellanError extends Error {
  override readonly name = 'CastellanError';
  /** The HTTP status of the answer; 0 without one. */
  readonly status: number;
  /** A row of the service's table of problems, such as `rate_limited`; or a `ClientCode`. */
  readonly code: string;
  /** The fields that are wrong; empty unless the request was invalid. */
  readonly errors: readonly FieldProblem[];
  /** What to do about it; null when the service does not know. */
  readonly fix: string | null;
  /** The page about the problem, on the service; null when it named none. */
  readonly page: string | null;
  /** The file of the script that was refused; null unless the script was at fault, as for `line` and `column`. */
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** When a retry may succeed, in milliseconds; null when no retry will. */
  readonly retryAfterMs: number | null;
  /** Finds the request in the log of the service; null without an answer of its own. */
  readonly requestId: string | null;

  constructor(status: number, code: string, message: string, details: Details = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : {});
    this.status = status;
    this.code = code;
    this.errors = details.errors ?? [];
    this.fix = details.fix ?? null;
    this.page = details.page ?? null;
    this.file = details.file ?? null;
    this.line = details.line ?? null;
    this.column = details.column ?? null;
    this.retryAfterMs = details.retryAfterMs ?? null;
    this.requestId = details.requestId ?? null;
  }
}

/** The error of an answer that is no success: a problem document (RFC 9457), or what a proxy says. */
export async function errorOf(response: Response): Promise<CastellanError> {
  const { status, statusText } = response;
  const retryAfterMs = retryAfter(response.headers);
  const problem = await problemOf(response);
  if (problem === undefined) {
    const said = statusText === '' ? '' : ` ${statusText}`;
    return new CastellanError(status, 'broken_answer', `${response.url} answers ${status}${said}`, {
      retryAfterMs,
    });
  }
  const { type, code, detail, title, errors = [], fix, instance, file, line, column } = problem;
  const fields = errors.map(({ pointer, detail: text }) => `${pointer}: ${text}`);
  const message = [detail ?? title ?? statusText, ...fields].join(' ');
  return new CastellanError(status, code, message, {
    errors,
    fix: typeof fix === 'string' ? fix : null,
    page: typeof type === 'string' ? (URL.parse(type, response.url)?.href ?? null) : null,
    file: file ?? null,
    line: line ?? null,
    column: column ?? null,
    retryAfterMs,
    requestId: instance?.split(':').at(-1) ?? null,
  });
}

interface ProblemDocument extends Place {
  readonly code: string;
  readonly type?: string;
  readonly title?: string;
  readonly detail?: string;
  readonly fix?: string;
  readonly instance?: string;
  readonly errors?: readonly FieldProblem[];
}

async function problemOf(response: Response): Promise<ProblemDocument | undefined> {
  try {
    const problem = (await response.json()) as Partial<ProblemDocument> | null;
    return typeof problem?.code === 'string' ? (problem as ProblemDocument) : undefined;
  } catch {
    return undefined;
  }
}

/** Seconds, or a date (RFC 9110). */
function retryAfter(headers: Headers): number | null {
  const value = headers.get('retry-after');
  if (value === null) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
