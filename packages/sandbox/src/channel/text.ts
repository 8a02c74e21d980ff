import { FrameError } from '@castellan/protocol/frames';

/** The text of a frame's bytes. Throws `FrameError` for what is no UTF-8. */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new FrameError('the bytes of a frame are not UTF-8');
  }
}
