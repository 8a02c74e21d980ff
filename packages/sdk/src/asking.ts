import type { Stoppable } from './run.ts';

/** How a run is submitted. */
export interface CreateOptions extends Stoppable {
  /** Seconds that the answer may wait for the end of the run, up to 60. Default 0. */
  readonly waitS?: number | undefined;
  /**
   * Whoever sends the same request with the same key within 24 hours gets the same run. Default: a
   * random one, so that a retry of this call starts nothing twice.
   */
  readonly idempotencyKey?: string | undefined;
}

/** A query, with what is there. */
export function searchOf(query: Readonly<Record<string, string | number | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries({ ...query })) {
    if (value !== undefined) search.set(name, `${value}`);
  }
  return search.size === 0 ? '' : `?${search.toString()}`;
}

/** `crypto.randomUUID` is not there on pages of plain http. */
export function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
