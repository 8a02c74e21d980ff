import { Socket } from 'node:net';
import { encodeFrame, type Frame, FrameReader, upTo } from '@castellan/protocol/frames';

/** The descriptor that the launcher leaves open for the gateway. */
const channelFd = 3;

/** The launcher is trusted; this cap catches bugs. */
const largestFrame = 64 * 2 ** 20;

/** The gateway's end of the channel. */
export class Channel {
  readonly #socket = new Socket({ fd: channelFd, readable: true, writable: true });
  readonly #frames = new FrameReader(() => upTo(largestFrame));

  send(type: number, message: object, bytes?: Uint8Array): void {
    if (this.#socket.writable)
      this.#socket.write(encodeFrame(type, JSON.stringify(message), bytes));
  }

  /** Calls `take` for each frame. This process exits when the launcher is gone. */
  listen(take: (frame: Frame) => void): void {
    this.#socket.on('error', () => process.exit(0));
    this.#socket.on('close', () => process.exit(0));
    this.#socket.on('data', (chunk: Buffer) => {
      for (const frame of this.#frames.push(chunk)) take(frame);
    });
  }
}
