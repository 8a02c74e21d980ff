/** Node's error codes for a module that is not there. */
export const absent = new Set([
  'ERR_MODULE_NOT_FOUND',
  'MODULE_NOT_FOUND',
  'ERR_PACKAGE_PATH_NOT_EXPORTED',
  'ERR_UNKNOWN_BUILTIN_MODULE',
]);

/** The codes for imports of older packages that only `require()` resolves: without extension, folders. */
export const unfinished = new Set(['ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']);

/** The code of an error of Node's. */
export function codeOf(error: unknown): string {
  return String((error as { code?: unknown }).code);
}
