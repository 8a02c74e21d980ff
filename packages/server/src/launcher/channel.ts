import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from '@castellan/protocol/frames';
import { apiCaps, type LauncherMessages } from '../launching/messages.ts';

/** The launcher's end of the stream to the API: an inherited socket. */
export class Channel {
  readonly #socket = new Socket({ fd: 3, readable: true, writable: true });
  #isCorked = false;

  /** Calls `receive` for each frame, and `over` when the API is gone or breaks the protocol. */
  listen(receive: (frame: Frame) => void, over: () => void): void {
    const frames = new FrameReader(apiCaps);
    this.#socket.on('data', (chunk: Buffer) => {
      try {
        for (const frame of frames.push(chunk)) receive(frame);
      } catch (error) {
        process.stderr.write(`${(error as Error).message}\n`);
        over();
      }
    });
    this.#socket.on('error', over);
    this.#socket.on('end', over);
    this.#socket.on('close', over);
  }

  /** Batches the messages of one turn of the event loop into one write. */
  send<Type extends keyof LauncherMessages>(
    type: Type,
    message: LauncherMessages[Type],
    bytes?: Uint8Array,
  ): void {
    if (!this.#socket.writable) return;
    this.#cork();
    this.#socket.write(encodeFrame(type, JSON.stringify(message), bytes));
  }

  /** Sends a message at once. Resolves when the kernel has it, so that it outlives this process. */
  async sendSurely<Type extends keyof LauncherMessages>(
    type: Type,
    message: LauncherMessages[Type],
    bytes?: Uint8Array,
  ): Promise<void> {
    if (!this.#socket.writable) return;
    const frame = encodeFrame(type, JSON.stringify(message), bytes);
    this.#uncork();
    await new Promise<void>((resolve) => this.#socket.write(frame, () => resolve()));
  }

  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#socket.cork();
    setImmediate(() => this.#uncork());
  }

  #uncork(): void {
    if (!this.#isCorked) return;
    this.#isCorked = false;
    this.#socket.uncork();
  }

  /** Resolves when the kernel has everything that was sent. */
  async flushed(): Promise<void> {
    this.#uncork();
    await new Promise<void>((resolve) => this.#socket.end(() => resolve()));
  }
}
