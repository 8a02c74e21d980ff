/** `prefix_` and a UUIDv7 in 32 hexadecimal digits: sortable by time of making. */
export function newId(prefix: 'run' | 'art' | 'box' | 'key' | 'req'): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setBigUint64(
    0,
    (BigInt(Date.now()) << 16n) |
      BigInt(0x7000 | (((bytes[6] ?? 0) & 0x0f) << 8) | (bytes[7] ?? 0)),
  );
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return `${prefix}_${text}`;
}
