import buffer from '../buffer.ts';
import { outOfRange, wrongType } from '../node/errors.ts';

type Buffer = InstanceType<typeof buffer.Buffer>;

/** The most bytes that the host returns at a time. */
const portion = 65_536;
/** The most that Node makes in one call. */
const most = 2 ** 31 - 1;

function fill(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += portion) {
    bytes.set(castellan.random(Math.min(portion, bytes.length - at)), at);
  }
}

export function randomBytes(size: number): Buffer {
  if (typeof size !== 'number') throw wrongType('size', 'number', size);
  if (!Number.isInteger(size) || size < 0 || size > most) {
    throw outOfRange('size', `>= 0 && <= ${most}`, size);
  }
  const bytes = buffer.Buffer.alloc(size);
  fill(bytes);
  return bytes;
}

export function randomFillSync<T extends ArrayBuffer | ArrayBufferView<ArrayBuffer>>(
  target: T,
  offset = 0,
  size?: number,
): T {
  if (!ArrayBuffer.isView(target) && !(target instanceof ArrayBuffer)) {
    throw wrongType('buf', ['ArrayBuffer', 'ArrayBufferView'], target);
  }
  const whole = ArrayBuffer.isView(target)
    ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    : new Uint8Array(target);
  if (!(offset >= 0 && offset <= whole.length))
    throw outOfRange('offset', `>= 0 && <= ${whole.length}`, offset);
  if (size !== undefined && !(size >= 0 && offset + size <= whole.length)) {
    throw outOfRange('size + offset', `<= ${whole.length}`, offset + size);
  }
  fill(whole.subarray(offset, size === undefined ? undefined : offset + size));
  return target;
}

/** A uniform whole number from `low` (0 with one argument) to below `high`. */
export function randomInteger(first: number, second?: number): number {
  const low = second === undefined ? 0 : first;
  const high = second ?? first;
  for (const bound of [low, high]) {
    if (!Number.isSafeInteger(bound)) throw wrongType('max', 'a safe integer', bound);
  }
  const range = high - low;
  if (!(range > 0)) throw outOfRange('max', `greater than the value of "min" (${low})`, high);
  const name = second === undefined ? 'max' : 'max - min';
  if (range >= 2 ** 48) throw outOfRange(name, '<= 281474976710655', range);
  const limit = 2 ** 48 - (2 ** 48 % range);
  for (;;) {
    const drawn = castellan.random(6).reduce((sum, byte) => sum * 256 + byte, 0);
    if (drawn < limit) return low + (drawn % range);
  }
}

export function randomUUID(): string {
  const bytes = castellan.random(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-');
}
