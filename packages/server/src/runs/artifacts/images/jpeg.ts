import type { Structure } from './structure.ts';

/** Start of a frame, which holds the size: all of 0xC0 to 0xCF but DHT, JPG and DAC. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;

/**
 * JPEG (ITU T.81, annex B): SOI, then segments until EOI.
 *
 *   0xFF marker | length u16, itself included | data      and after SOS, entropy-coded bytes in
 *                                                         which 0xFF is followed by 0x00 or RSTn
 */
export function readJpeg(bytes: Uint8Array, view: DataView): Structure {
  let size: Pick<Structure, 'width' | 'height'> = { width: null, height: null };
  let hasScan = false;
  for (let at = 2; at + 1 < bytes.length;) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    if (marker === 0xd9) return { ...size, isWhole: hasScan };
    if (at + 4 > bytes.length) break;
    const end = at + 2 + view.getUint16(at + 2);
    if (end > bytes.length) break;
    if (isFrame(marker)) size = { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xda) hasScan = true;
    at = marker === 0xda ? endOfScan(bytes, end) : end;
  }
  return { ...size, isWhole: false };
}

/** The place of the next marker after entropy-coded bytes. */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 2)) {
    const next = bytes[at + 1] ?? 0;
    const isInScan = next === 0x00 || (next >= 0xd0 && next <= 0xd7);
    if (!isInScan) return at;
  }
  return bytes.length;
}
