import type { Structure } from './structure.ts';

const blocks = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;

/**
 * GIF89a: `GIF8xa`, width u16, height u16 (both little-endian), flags, two bytes, a colour table,
 * then blocks until the trailer. Data comes in sub-blocks: a length byte and as many bytes, 0 ends.
 */
export function readGif(bytes: Uint8Array, view: DataView): Structure {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  let hasImage = false;
  for (let at = 13 + tableBytes(view.getUint8(10)); at < bytes.length;) {
    const block = bytes[at];
    if (block === blocks.trailer) return { ...size, isWhole: hasImage };
    if (block === blocks.extension) {
      at = endOfData(bytes, at + 2);
    } else if (block === blocks.image) {
      hasImage = true;
      at = endOfData(bytes, at + 11 + tableBytes(view.getUint8(at + 9)));
    } else break;
  }
  return { ...size, isWhole: false };
}

/** Bytes of the colour table that a byte of flags announces. */
function tableBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 0x07) + 1);
}

function endOfData(bytes: Uint8Array, from: number): number {
  let at = from;
  for (let length = bytes[at]; length !== undefined; length = bytes[at]) {
    at += length + 1;
    if (length === 0) return at;
  }
  return bytes.length;
}
