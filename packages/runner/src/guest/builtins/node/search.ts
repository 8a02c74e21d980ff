/**
 * Where some bytes stand in others, by Node's rules: from `offset` on, which counts from the end when it is below zero, or backwards from
 * there; only before `end`. Text of 16 bits is found at even places alone.
 */
export function indexOf(
  all: Uint8Array,
  sought: Uint8Array,
  offset: number,
  isForward: boolean,
  end: number,
  step: number,
): number {
  const bytes = all.subarray(
    0,
    Math.max(0, Math.min(end < 0 ? all.length + end : end, all.length)),
  );
  const first = firstPlace(bytes.length, offset, sought.length, isForward);
  if (sought.length === 0) return first;
  const last = bytes.length - sought.length;
  if (sought.length < step || first < 0 || last < 0 || (isForward && first > last)) return -1;
  const start = Math.min(first, last);
  if (isForward && step === 1) return forwards(bytes, sought, start, last);
  const by = isForward ? step : -step;
  for (let at = start - (start % step); at >= 0 && at <= last; at += by) {
    if (standsAt(bytes, sought, at)) return at;
  }
  return -1;
}

function firstPlace(length: number, offset: number, sought: number, isForward: boolean): number {
  const whole = Math.trunc(offset);
  if (whole < 0) {
    if (length + whole >= 0) return length + whole;
    return isForward || sought === 0 ? 0 : -1;
  }
  if (whole + sought <= length) return whole;
  if (sought === 0) return length;
  return isForward ? -1 : length - 1;
}

function forwards(bytes: Uint8Array, sought: Uint8Array, start: number, last: number): number {
  for (let at = start; at <= last; at++) {
    at = bytes.indexOf(sought[0]!, at);
    if (at < 0 || at > last) return -1;
    if (standsAt(bytes, sought, at)) return at;
  }
  return -1;
}

function standsAt(bytes: Uint8Array, sought: Uint8Array, at: number): boolean {
  for (let index = 0; index < sought.length; index++) {
    if (bytes[at + index] !== sought[index]) return false;
  }
  return true;
}
