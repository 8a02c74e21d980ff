/**
 * The store takes nothing now: its disk is full, or it is away. Nothing was stored, unless the
 * connection broke; a retry may succeed.
 */
export class StorageFault extends Error {
  override readonly name = 'StorageFault';
}

export function isStorageFault(error: unknown): error is StorageFault {
  return error instanceof StorageFault;
}
