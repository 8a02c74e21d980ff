// A script of the node engine may replace it.
const { uptime } = process;

/** Starts to count. Returns how many milliseconds are left, which are fewer than 0 in the end. */
export function countDown(ms: number): () => number {
  const endsAt = uptime() * 1_000 + ms;
  return () => endsAt - uptime() * 1_000;
}
