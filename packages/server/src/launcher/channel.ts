import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader } from '@castellan/protocol/frames';
import { askedCaps, type Said } from '../launching/messages.ts';

/** The launcher's end of the stream to the API: a socket that it is born with. */
export class Channel {
  readonly #socket = new Socket({ fd: 3, readable: true, writable: true });
  #isCorked = false;

  /** Calls `receive` for each frame, and `over` once the API is gone, or speaks no sense. */
  listen(receive: (frame: Frame) => void, over: () => void): void {
    const frames = new FrameReader(askedCaps);
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

  /** What is said in one turn of the event loop goes out in one write. */
  send<Type extends keyof Said>(type: Type, message: Said[Type]): void {
    if (!this.#socket.writable) return;
    this.#cork();
    this.#socket.write(encodeFrame(type, JSON.stringify(message)));
  }

  /** Says it at once; resolves when the kernel has it, so that our death cannot take it back. */
  async sendSurely<Type extends keyof Said>(type: Type, message: Said[Type]): Promise<void> {
    const frame = encodeFrame(type, JSON.stringify(message));
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

  /** Resolves when all that was said is with the kernel. */
  async flushed(): Promise<void> {
    this.#uncork();
    await new Promise<void>((resolve) => this.#socket.end(() => resolve()));
  }
}
