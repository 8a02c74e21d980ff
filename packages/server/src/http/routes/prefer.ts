/** The longest that an answer waits for a run. */
const longestWaitS = 60;

/** Seconds of `Prefer: wait=N` (RFC 7240), at most 60; undefined when it is not asked for. */
export function readWait(prefer: string | readonly string[] | undefined): number | undefined {
  const text = typeof prefer === 'string' ? prefer : (prefer ?? []).join(',');
  const [, seconds] = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,9})"?\s*(?=$|[,;])/i.exec(text) ?? [];
  return seconds === undefined ? undefined : Math.min(Number(seconds), longestWaitS);
}
