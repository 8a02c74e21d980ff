import type { Structure } from './structure.ts';

/**
 * WebP: `RIFF`, length u32, `WEBP`, then chunks of which the first says the kind. All little-endian.
 *
 *   fourcc 4 bytes | length u32 | data, padded to even
 */
export function readWebp(bytes: Uint8Array, view: DataView): Structure {
  const end = 8 + view.getUint32(4, true);
  const size = sizeOf(String.fromCharCode(...bytes.subarray(12, 16)), view);
  let at = 12;
  let hasImage = false;
  while (end <= bytes.length && at + 8 <= end) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    if (type === 'VP8 ' || type === 'VP8L' || type === 'ANMF') hasImage = true;
    const length = view.getUint32(at + 4, true);
    at += 8 + length + (length % 2);
  }
  return { ...size, isWhole: hasImage && at === end };
}

function sizeOf(kind: string, view: DataView): Pick<Structure, 'width' | 'height'> {
  switch (kind) {
    case 'VP8X': // 24 bits each, less one
      return { width: 1 + readUint24(view, 24), height: 1 + readUint24(view, 27) };
    case 'VP8L': {
      // 14 bits each, less one, after a byte of signature
      const bits = view.getUint32(21, true);
      return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
    }
    case 'VP8 ': // 14 bits each, after a frame tag of 3 bytes and 3 bytes of start code
      return {
        width: view.getUint16(26, true) & 0x3fff,
        height: view.getUint16(28, true) & 0x3fff,
      };
    default:
      return { width: null, height: null };
  }
}

function readUint24(view: DataView, at: number): number {
  return view.getUint16(at, true) | (view.getUint8(at + 2) << 16);
}
