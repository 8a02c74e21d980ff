/** SQLite's primary result codes, from https://sqlite.org/rescode.html. */
const codes = {
  busy: 5,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  notADatabase: 26,
} as const;

/** Another process holds the lock. */
export function isBusy(error: unknown): boolean {
  return primaryCode(error) === codes.busy;
}

/** The file is no SQLite database, or is damaged. */
export function isDamaged(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.notADatabase || code === codes.corrupt;
}

/** The disk is full or refuses writes: nothing was stored, and a retry may succeed. */
export function isDiskFault(error: unknown): boolean {
  const code = primaryCode(error);
  return code === codes.full || code === codes.ioError || code === codes.cannotOpen;
}

function primaryCode(error: unknown): number | undefined {
  const { errcode } = (error ?? {}) as { errcode?: unknown };
  return typeof errcode === 'number' ? errcode & 0xff : undefined;
}
