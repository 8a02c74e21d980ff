import {
  encodeFrame,
  type Frame,
  type FrameCap,
  FrameError,
  FrameReader,
  frameTypes,
} from '@castellan/protocol';
import type { Box } from '../drivers/driver.ts';
import { idleCaps, type Inbound, readInbound } from './inbound.ts';

/** Bytes that a box has not read, beyond which it is not heard either: nothing piles up here. */
const maxUnread = 32 * 2 ** 20;

/** How long one box may keep everybody else waiting: its frames are small, and many fit into one read. */
const sliceMs = 10;

/** Takes what comes out of a box during one run, up to its result. */
export interface LinkListener {
  /** A listener that throws counts as a fault of the box. */
  receive(message: RunMessage): void;
  /** The box broke the protocol: nothing more is read from it. */
  broken(error: Error): void;
}

export type RunMessage = Exclude<Inbound, { readonly type: 'ready' }>;

/** The launcher's end of one box's channel, for all the runs that the box gets. */
export class Link {
  readonly #box: Box;
  #caps: FrameCap = idleCaps;
  /** Whose run is on; without one, a box may only say that it is ready. */
  #listener: LinkListener | undefined;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #fault: Error | undefined;
  /** Whoever wants the box to stand still. */
  readonly #holders = new Set<object>();
  #onRead: (() => void)[] = [];

  constructor(box: Box) {
    this.#box = box;
    this.#ready.promise.catch(() => undefined);
    const frames = new FrameReader((type) => this.#caps(type));
    box.channel.on('data', (chunk: Buffer) => {
      if (this.#fault === undefined) this.#read(frames.push(chunk));
    });
    const read = (): void => {
      this.#regulate();
      for (const take of this.#onRead) take();
    };
    box.channel.on('drain', read);
    box.replies.on('drain', read);
    // Writing to a box that has just died fails; its end is reported by `box.exited`.
    box.channel.on('error', () => undefined);
    box.replies.on('error', () => undefined);
  }

  /** Takes frames for a while, and lets others have their turn before the `first` of the rest. */
  #read(frames: Iterator<Frame, void>, first?: IteratorResult<Frame, void>): void {
    const until = performance.now() + sliceMs;
    try {
      let next = first ?? frames.next();
      while (next.done !== true) {
        this.#take(readInbound(next.value));
        const rest = frames.next();
        if (rest.done !== true && performance.now() > until) {
          this.hold(frames, true);
          setImmediate(() => this.#read(frames, rest));
          return;
        }
        next = rest;
      }
    } catch (error) {
      this.#fault = error as Error;
      // Nobody reads on: a box that floods stands still until it is killed.
      this.hold(this.#fault, true);
      this.#ready.reject(this.#fault);
      this.#listener?.broken(this.#fault);
    }
    if (this.#holders.has(frames)) this.hold(frames, false);
  }

  #take(message: Inbound): void {
    const listener = this.#listener;
    if (message.type === 'ready') {
      if (listener !== undefined) throw new FrameError('a box with a job said that it is ready');
      if (this.#isReady) throw new FrameError('a box said twice that it is ready');
      this.#isReady = true;
      this.#ready.resolve();
      return;
    }
    if (listener === undefined) throw new FrameError('a frame came while no run was on');
    if (message.type !== 'result') return listener.receive(message);
    this.#listener = undefined;
    this.#onRead = [];
    this.#caps = idleCaps;
    try {
      listener.receive(message);
    } catch (error) {
      // It hears of its own result's fault, though of nothing after.
      listener.broken(error as Error);
      throw error;
    }
  }

  /** Gives the box a job. From now on, up to the result, what it says goes to `listener`. */
  start(job: object, caps: FrameCap, listener: LinkListener): void {
    this.#caps = caps;
    this.#listener = listener;
    this.#isReady = false;
    this.#ready = Promise.withResolvers<void>();
    this.#ready.promise.catch(() => undefined);
    if (this.#fault === undefined) this.send(frameTypes.job, job);
    else listener.broken(this.#fault);
  }

  send(type: number, message: object, bytes?: Uint8Array): void {
    if (!this.#box.channel.destroyed) {
      this.#box.channel.write(encodeFrame(type, JSON.stringify(message), bytes));
      this.#regulate();
    }
  }

  /** Answers a synchronous call: the box is waiting on a descriptor of its own. */
  reply(type: number, message: object): void {
    if (!this.#box.replies.destroyed) {
      this.#box.replies.write(encodeFrame(type, JSON.stringify(message)));
      this.#regulate();
    }
  }

  /** The box has said what no runner of ours says. */
  get isBroken(): boolean {
    return this.#fault !== undefined;
  }

  /** Bytes that were sent, answers to synchronous calls among them, and that the box has not read yet. */
  get unread(): number {
    return this.#box.channel.writableLength + this.#box.replies.writableLength;
  }

  #regulate(): void {
    const isBehind = this.unread > maxUnread;
    if (isBehind !== this.#holders.has(this)) this.hold(this, isBehind);
  }

  /** While anybody holds it, nothing is read: the box stands still as soon as it says more. */
  hold(holder: object, isHeld: boolean): void {
    if (isHeld) this.#holders.add(holder);
    else this.#holders.delete(holder);
    if (this.#holders.size > 0) this.#box.channel.pause();
    else this.#box.channel.resume();
  }

  /** Calls `take` whenever the box has read all that was sent, until the next run. */
  onRead(take: () => void): void {
    this.#onRead.push(take);
  }

  /** Resolves when the box stands ready for a job; rejects with what it did instead. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }
}
