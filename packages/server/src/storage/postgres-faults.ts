import { StorageFault } from './fault.ts';

/** Errors of the server after which a retry may succeed; https://www.postgresql.org/docs/current/errcodes-appendix.html */
const passing = /^(?:08...|25006|40001|40P01|53...|55P03|57P0[1-5]|58030)$/;

/** The code of an error that the server sent; undefined for one of the connection. */
export function codeOf(error: unknown): string | undefined {
  const { code, severity } = (error ?? {}) as { code?: unknown; severity?: unknown };
  return typeof code === 'string' && typeof severity === 'string' ? code : undefined;
}

/** Whether the connection is no good any more: it broke, or the server is about to break it. */
export function isBroken(error: unknown): boolean {
  return codeOf(error) === undefined || (error as { severity: string }).severity !== 'ERROR';
}

/** Whether the connection broke, or the server takes nothing now. */
function isPassing(error: unknown): boolean {
  const code = codeOf(error);
  return code === undefined || passing.test(code);
}

/** The error as callers of `Store` know it. `where` names the database without its secrets. */
export function faultOf(error: unknown, where: string): unknown {
  if (error instanceof StorageFault || !isPassing(error)) return error;
  const code = codeOf(error);
  const what = code === undefined ? 'cannot be reached' : 'takes nothing now';
  return new StorageFault(`The database ${where} ${what}`, { cause: error });
}
