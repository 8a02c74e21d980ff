import type { Socket } from 'node:net';
import { Duplex, Writable } from 'node:stream';

/**
 * What a container writes arrives in pieces:
 *
 *      0        1              4            8             8+L
 *      +--------+--------------+------------+--------------+
 *      | stream |    0 0 0     |     L      |    bytes     |
 *      +--------+--------------+------------+--------------+
 *      1 standard output, 2 error   u32 BE
 *
 * The daemon writes the head, and each connection here is for one stream. Standard input is written as it is.
 */
const headBytes = 8;

type Done = (error?: Error | null) => void;

/** A stream of a container's, which can be had before there is a container. */
export class Attached extends Duplex {
  #socket: Socket | undefined;
  readonly #waiting: (() => void)[] = [];
  #head = Buffer.alloc(0);
  #left = 0;
  #isAbandoned = false;
  #isCut = false;

  constructor() {
    super({ allowHalfOpen: false });
  }

  get isConnected(): boolean {
    return this.#socket !== undefined;
  }

  /** What is read and written comes from there, and goes there, from now on. */
  connect(socket: Socket): void {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.push(null));
    // Nobody would read what is still written.
    socket.once('end', () => socket.destroy());
    if (this.destroyed) socket.destroy();
    for (const write of this.#waiting.splice(0)) write();
  }

  /**
   * From now on what does not fit is thrown away, with all that follows it. What wrote it is killed, and the
   * daemon does not see the end of a container before it is rid of what that has written.
   */
  abandon(): void {
    this.#isAbandoned = true;
    this.#socket?.resume();
  }

  /** Writes pieces in one go: nothing of another stream comes between them. */
  forward(pieces: readonly Uint8Array[], done: Done): void {
    const socket = this.#socket;
    if (socket === undefined) return void this.#waiting.push(() => this.forward(pieces, done));
    socket.cork();
    for (const [index, piece] of pieces.entries()) {
      socket.write(piece, index === pieces.length - 1 ? done : undefined);
    }
    socket.uncork();
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _write(piece: Uint8Array, _encoding: BufferEncoding, done: Done): void {
    this.forward([piece], done);
  }

  override _writev(chunks: { chunk: Uint8Array }[], done: Done): void {
    this.forward(
      chunks.map(({ chunk }) => chunk),
      done,
    );
  }

  override _final(done: Done): void {
    this.#socket?.end();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    const socket = this.#socket;
    if (socket === undefined || socket.closed) return done(error);
    socket.once('close', () => done(error));
    socket.destroy();
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#left === 0) {
        const taken = chunk.subarray(at, at + headBytes - this.#head.length);
        this.#head = Buffer.concat([this.#head, taken]);
        at += taken.length;
        if (this.#head.length < headBytes) return;
        this.#left = this.#head.readUInt32BE(4);
        this.#head = Buffer.alloc(0);
        continue;
      }
      const piece = chunk.subarray(at, at + this.#left);
      at += piece.length;
      this.#left -= piece.length;
      this.#give(piece);
    }
  }

  #give(piece: Buffer): void {
    if (!this.#isAbandoned) {
      if (!this.push(piece)) this.#socket?.pause();
      return;
    }
    this.#isCut ||= this.readableLength >= this.readableHighWaterMark;
    if (!this.#isCut) this.push(piece);
  }
}

/** Frames among those of a channel, as a stream of their own. */
export function amongThoseOf(channel: Attached): Writable {
  return new Writable({
    write: (piece: Uint8Array, _encoding, done) => channel.forward([piece], done),
  });
}
