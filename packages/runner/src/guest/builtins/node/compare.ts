/** -1, 0 or 1, as some bytes come before, are equal to or come after others. */
export function compareBytes(one: Uint8Array, other: Uint8Array): number {
  const least = Math.min(one.length, other.length);
  for (let at = 0; at < least; at++) {
    if (one[at] !== other[at]) return one[at]! < other[at]! ? -1 : 1;
  }
  return Math.sign(one.length - other.length);
}
