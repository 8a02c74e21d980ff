import { encodeFrame, type FrameCap, FrameReader } from '@castellan/protocol';
import type { Box } from '../drivers/driver.ts';
import { idleCaps, type Inbound, readInbound } from './inbound.ts';

/** Takes what comes out of a box. A listener that throws counts as a fault of the box. */
export interface LinkListener {
  receive(message: Inbound): void;
  /** The box broke the protocol: nothing more is read from it. */
  broken(error: Error): void;
}

/** The launcher's end of one box's channel, for all the runs that the box gets. */
export class Link {
  readonly #box: Box;
  #caps: FrameCap = idleCaps;
  #listener: LinkListener | undefined;
  #isBroken = false;

  constructor(box: Box) {
    this.#box = box;
    const frames = new FrameReader((type) => this.#caps(type));
    box.channel.on('data', (chunk: Buffer) => {
      if (this.#isBroken) return;
      try {
        for (const frame of frames.push(chunk)) {
          this.#listener?.receive(readInbound(frame));
        }
      } catch (error) {
        this.#isBroken = true;
        this.#listener?.broken(error as Error);
      }
    });
    // Writing to a box that has just died fails; its end is reported by `box.exited`.
    box.channel.on('error', () => undefined);
    box.replies.on('error', () => undefined);
  }

  /** From now on frames may be as large as `caps` says and go to `listener`. */
  attach(caps: FrameCap, listener: LinkListener): void {
    this.#caps = caps;
    this.#listener = listener;
  }

  send(type: number, message: object): void {
    if (!this.#box.channel.destroyed) this.#box.channel.write(encodeFrame(type, JSON.stringify(message)));
  }

  /** Answers a synchronous call: the box is waiting on a descriptor of its own. */
  reply(type: number, message: object): void {
    if (!this.#box.replies.destroyed) this.#box.replies.write(encodeFrame(type, JSON.stringify(message)));
  }

  /** Resolves when the box says that it is ready for a job; rejects with what it did instead. */
  async ready(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.attach(idleCaps, { receive: () => resolve(), broken: reject });
    await promise;
    this.attach(idleCaps, unexpected);
  }
}

const unexpected: LinkListener = {
  receive: () => {
    throw new Error('a frame came while no run was on');
  },
  broken: () => undefined,
};
