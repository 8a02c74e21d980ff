import type { ArtifactImage } from '@castellan/protocol';
import { readGif } from './gif.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import type { ReadStructure, Structure } from './structure.ts';
import { readWebp } from './webp.ts';

const formats: Readonly<Record<string, ReadStructure>> = {
  'image/png': readPng,
  'image/apng': readPng,
  'image/jpeg': readJpeg,
  'image/gif': readGif,
  'image/webp': readWebp,
};

/**
 * Facts about an image without decoding it; undefined for other types. With `isPart` the bytes are
 * only its beginning, and a missing end is no fault.
 */
export function checkImage(
  type: string,
  bytes: Uint8Array,
  isPart: boolean,
): ArtifactImage | undefined {
  const read = formats[type];
  if (read === undefined) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: Structure = { width: null, height: null, isWhole: false };
  try {
    found = read(bytes, view);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  const { width, height, isWhole } = found;
  const isEmpty = width === null || height === null || width === 0 || height === 0;
  return { width, height, broken: isEmpty || (!isWhole && !isPart) };
}
