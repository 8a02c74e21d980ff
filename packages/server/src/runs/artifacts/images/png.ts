import { crc32 } from 'node:zlib';
import type { Structure } from './structure.ts';

/**
 * PNG, third edition: a signature of 8 bytes, then chunks until IEND.
 *
 *   length u32 | type 4 bytes | data | CRC-32 of type and data u32
 */
export function readPng(bytes: Uint8Array, view: DataView): Structure {
  const size = { width: view.getUint32(16), height: view.getUint32(20) };
  let hasData = false;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 8 + length;
    if (end + 4 > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end)) break;
    if (at === 8 && (type !== 'IHDR' || length !== 13)) break;
    if (type === 'IDAT') hasData = true;
    if (type === 'IEND') return { ...size, isWhole: hasData };
    at = end + 4;
  }
  return { ...size, isWhole: false };
}
