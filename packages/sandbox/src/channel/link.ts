import type { Writable } from 'node:stream';
import {
  encodeFrame,
  type Frame,
  type FrameCap,
  FrameError,
  FrameReader,
  frameTypes,
} from '@castellan/protocol/frames';
import type { Box } from '../drivers/driver.ts';
import { idleCaps, type Inbound, readInbound } from './inbound.ts';

/** Bytes that a box has not read, beyond which it is not heard either: nothing piles up here. */
const maxUnread = 32 * 2 ** 20;

/** Bytes that a frame costs here besides its own while it waits. */
const frameCost = 512;

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
  #unreadFrames = 0;

  constructor(box: Box) {
    this.#box = box;
    this.#ready.promise.catch(() => undefined);
    const frames = new FrameReader((type) => this.#caps(type));
    box.channel.on('data', (chunk: Buffer) => {
      if (this.#fault === undefined) this.#read(frames.push(chunk));
    });
    const read = (): void => {
      if (this.#unreadBytes === 0) this.#unreadFrames = 0;
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
    this.#write(this.#box.channel, encodeFrame(type, JSON.stringify(message), bytes));
  }

  /** Answers a synchronous call: the box is waiting on a descriptor of its own. */
  reply(type: number, message: object): void {
    this.#write(this.#box.replies, encodeFrame(type, JSON.stringify(message)));
  }

  #write(stream: Writable, frame: Uint8Array): void {
    if (stream.destroyed) return;
    if (this.#unreadBytes === 0) this.#unreadFrames = 0;
    this.#unreadFrames += 1;
    stream.write(frame);
    this.#regulate();
  }

  /** The box has said what no runner of ours says. */
  get isBroken(): boolean {
    return this.#fault !== undefined;
  }

  get #unreadBytes(): number {
    return this.#box.channel.writableLength + this.#box.replies.writableLength;
  }

  /** Bytes held here of what was sent, answers to synchronous calls among it, and not read by the box yet. */
  get unread(): number {
    return this.#unreadBytes + this.#unreadFrames * frameCost;
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
