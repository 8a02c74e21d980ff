export type IdPrefix = 'run' | 'art' | 'box' | 'key' | 'req' | 'fn' | 'sch' | 'whd';

/** Size of the counter: 12 bits. */
const room = 0x1000;

/**
 * Makes ids: a prefix, `_`, and a UUIDv7 (RFC 9562) in 32 hexadecimal digits. Each sorts after the
 * one before it, whatever the clock does.
 *
 * ```
 *  time in ms · 48 bits │ 7 │ counter · 12 bits │ 10 │ random · 62 bits
 * ```
 *
 * The counter starts at random in the lower half of its room for each millisecond. When it is full,
 * the ids go on in the next millisecond, ahead of the clock; while the clock is behind the last id,
 * they go on counting there (section 6.2, method 1).
 */
export function idMaker(nowMs = (): number => Date.now()): (prefix: IdPrefix) => string {
  let lastMs = 0;
  let counter = room - 1;
  return (prefix) => {
    const random = new DataView(crypto.getRandomValues(new Uint8Array(10)).buffer);
    const ms = nowMs();
    counter += 1;
    if (ms > lastMs || counter === room) {
      lastMs = Math.max(ms, lastMs + 1);
      counter = random.getUint16(8) % (room / 2);
    }
    const low = BigInt.asUintN(62, random.getBigUint64(0)) | (1n << 63n);
    const digits = [lastMs.toString(16).padStart(12, '0'), counter.toString(16).padStart(3, '0')];
    return `${prefix}_${digits.join('7')}${low.toString(16)}`;
  };
}

/**
 * Returns a new id, unique and sortable by creation within this process. All callers share one
 * sequence, since ids of two sequences would not sort against each other.
 */
export const newId = idMaker();
