/** The longest time that a request waits for its run. */
const longestWaitS = 60;

/**
 * Returns the seconds of `Prefer: wait=N` (RFC 7240), at most 60; undefined if the header does not
 * ask to wait.
 */
export function readWait(prefer: string | readonly string[] | undefined): number | undefined {
  const text = typeof prefer === 'string' ? prefer : (prefer ?? []).join(',');
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i.exec(text) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), longestWaitS);
}
