import type { Duplex } from 'node:stream';
import { Pieces, type Piece } from './piece.ts';

/** Bytes of one message from Chromium; a screenshot of 48 MiB is 64 MiB of base64. */
export const messageBytes = 64 * 2 ** 20;
/** Size of the buffer between large messages, and of those that hold the rest of a large one. */
const roomBytes = 64 * 1024;
const segmentBytes = 2 ** 20;

export interface PipeHandlers {
  /** One message, JSON text: one piece of text, or bytes for a large one. Hostile. */
  message(message: Pieces): void;
  /** A message that was too large to be read, by its first bytes. */
  tooLarge(start: string): void;
}

/** Chromium's debugging pipe: JSON texts, each ended by a zero byte, in two directions. */
export interface Pipe {
  /** Sends the pieces as one message. */
  send(pieces: readonly Piece[]): void;
  readonly unsent: number;
  hold(isHeld: boolean): void;
}

export function openPipe(
  commands: Duplex,
  answers: Duplex,
  handlers: PipeHandlers,
  onDrain: () => void,
): Pipe {
  /** The buffers that are full. */
  let full: Buffer[] = [];
  let current = Buffer.alloc(roomBytes);
  let filled = 0;
  let bytes = 0;
  /** Copies into buffers of its own: in a list of what came, each part could cost far more than its one byte. */
  const keep = (part: Buffer): void => {
    bytes += part.length;
    if (bytes > messageBytes) return;
    for (let at = 0; at < part.length;) {
      if (filled === current.length) {
        full.push(current);
        current = Buffer.allocUnsafeSlow(segmentBytes);
        filled = 0;
      }
      const copied = part.copy(current, filled, at);
      filled += copied;
      at += copied;
    }
  };
  const finish = (): void => {
    const isLarge = full.length > 0;
    const last = current.subarray(0, filled);
    const start = (full[0] ?? last).toString('latin1', 0, 256);
    const message = isLarge ? new Pieces([...full, last]) : new Pieces([last.toString()]);
    if (isLarge) current = Buffer.alloc(roomBytes);
    const isTooLarge = bytes > messageBytes;
    [full, filled, bytes] = [[], 0, 0];
    if (isTooLarge) handlers.tooLarge(start);
    else handlers.message(message);
  };
  answers.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, from)) {
      keep(chunk.subarray(from, end));
      finish();
      from = end + 1;
    }
    if (from < chunk.length) keep(chunk.subarray(from));
  });
  commands.on('drain', onDrain);
  return {
    send: (pieces) => {
      // A zero byte would end a message early. JSON contains none, so such a message is not JSON.
      if (!commands.writable || pieces.some(hasZero)) return;
      commands.cork();
      for (const piece of pieces) commands.write(piece);
      commands.write('\0');
      commands.uncork();
    },
    get unsent() {
      return commands.writableLength;
    },
    hold: (isHeld) => void (isHeld ? answers.pause() : answers.resume()),
  };
}

function hasZero(piece: Piece): boolean {
  return typeof piece === 'string' ? piece.includes('\0') : piece.includes(0);
}
