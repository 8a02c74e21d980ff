import type { Duplex } from 'node:stream';
import type { Piece } from './excerpt.ts';

/** Bytes of one message from Chromium; a screenshot of 32 MiB is 43 MiB of base64. */
const messageBytes = 64 * 2 ** 20;
/** Size of the buffer between large messages. */
const roomBytes = 64 * 1024;

export interface PipeHandlers {
  /** One message, JSON text. Hostile. */
  message(text: string): void;
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
  let held = Buffer.alloc(roomBytes);
  let bytes = 0;
  /** Copies into one buffer: in a list of pieces, each could cost far more than its one byte. */
  const keep = (part: Buffer): void => {
    const end = bytes + part.length;
    if (end > held.length && held.length < messageBytes) {
      const larger = Buffer.alloc(Math.min(messageBytes, Math.max(end, 2 * held.length)));
      held.copy(larger, 0, 0, bytes);
      held = larger;
    }
    if (bytes < held.length) part.copy(held, bytes);
    bytes = end;
  };
  const finish = (): void => {
    if (bytes <= messageBytes) handlers.message(held.toString('utf8', 0, bytes));
    else handlers.tooLarge(held.toString('latin1', 0, 256));
    if (held.length > roomBytes) held = Buffer.alloc(roomBytes);
    bytes = 0;
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
