/** Weight of the newest run in a mean. */
export const newest = 0.2;
/** What a tenant is charged in advance while no run has ended. */
export const firstGuessMs = 100;

/** The mean duration of runs that ended lately, after one more. */
export function nextMean(meanMs: number | undefined, tookMs: number): number {
  return meanMs === undefined ? tookMs : meanMs + newest * (tookMs - meanMs);
}

/** How long a run at a position is likely to wait; null while no run has ended. */
export function estimate(
  meanMs: number | undefined,
  position: number,
  capacity: number,
): number | null {
  return meanMs === undefined ? null : Math.ceil((meanMs * (position + 1)) / Math.max(1, capacity));
}
