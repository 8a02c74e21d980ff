import type { Writable } from 'node:stream';
import {
  encodeFrame,
  encodeFrameHead,
  type Frame,
  type FrameCap,
  FrameError,
  FrameReader,
  frameTypes,
} from '@castellan/protocol/frames';
import type { Box } from '../boxes/runner/box.ts';
import { idleCaps, type BoxMessage, readBoxMessage } from './inbound.ts';

/** Backpressure: a box with more unread bytes than this is not read from either. */
const maxUnread = 32 * 2 ** 20;

/** Overhead in bytes of a frame that waits to be read by the box. */
const frameCost = 512;

/** Bytes of a frame's bytes part that are copied behind its head, which costs less than a write of their own. */
const copiedBytes = 64 * 1_024;

/** How long the frames of one box may block the event loop: one read can hold many small frames. */
const sliceMs = 10;

const noBytes = new Uint8Array(0);

/** Receives the messages of a box during one run, up to its result. */
export interface LinkListener {
  /** If it throws, the box counts as broken. */
  receive(message: BoxRunMessage): void;
  /** Called when the box broke the protocol. Nothing more is read from it. */
  broken(error: Error): void;
}

export type BoxRunMessage = Exclude<BoxMessage, { readonly type: 'ready' }>;

/** The launcher's end of one box's channel, for all the runs that the box gets. */
export class Link {
  readonly #box: Box;
  #caps: FrameCap = idleCaps;
  /** The listener of the current run. Without one, a box may only send `ready`. */
  #listener: LinkListener | undefined;
  #ready = Promise.withResolvers<void>();
  #isReady = false;
  #fault: Error | undefined;
  /** Everyone that has paused the box; see `hold`. */
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

  /** Reads frames for one time slice, then yields to the event loop and goes on with `first`. */
  #read(frames: Iterator<Frame, void>, first?: IteratorResult<Frame, void>): void {
    const until = performance.now() + sliceMs;
    try {
      let next = first ?? frames.next();
      while (next.done !== true) {
        this.#take(readBoxMessage(next.value));
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

  #take(message: BoxMessage): void {
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
      // A malformed result is reported to this run; later faults are not.
      listener.broken(error as Error);
      throw error;
    }
  }

  /** Sends the box a job and its data. Its messages go to `listener` until the result has come. */
  start(job: object, data: readonly Uint8Array[], caps: FrameCap, listener: LinkListener): void {
    this.#caps = caps;
    this.#listener = listener;
    this.#isReady = false;
    this.#ready = Promise.withResolvers<void>();
    this.#ready.promise.catch(() => undefined);
    if (this.#fault === undefined) this.send(frameTypes.job, job, Buffer.concat(data));
    else listener.broken(this.#fault);
  }

  /** Sends one frame; its bytes may be in several pieces, which are not copied when they are large. */
  send(type: number, message: object, ...bytes: readonly Uint8Array[]): void {
    const length = bytes.reduce((sum, piece) => sum + piece.length, 0);
    const head = encodeFrameHead(type, JSON.stringify(message), length);
    if (length <= copiedBytes) this.#write(this.#box.channel, Buffer.concat([head, ...bytes]));
    else this.#write(this.#box.channel, head, ...bytes);
  }

  /** Answers a synchronous call, on the separate descriptor that the box blocks on. */
  reply(type: number, message: object, bytes: Uint8Array = noBytes): void {
    this.#write(this.#box.replies, encodeFrame(type, JSON.stringify(message), bytes));
  }

  #write(stream: Writable, ...pieces: readonly Uint8Array[]): void {
    if (stream.destroyed) return;
    if (this.#unreadBytes === 0) this.#unreadFrames = 0;
    this.#unreadFrames += 1;
    if (pieces.length > 1) stream.cork();
    for (const piece of pieces) stream.write(piece);
    if (pieces.length > 1) stream.uncork();
    this.#regulate();
  }

  /** Whether the box has broken the protocol. */
  get isBroken(): boolean {
    return this.#fault !== undefined;
  }

  get #unreadBytes(): number {
    return this.#box.channel.writableLength + this.#box.replies.writableLength;
  }

  /** Bytes that were sent, answers to synchronous calls included, and that the box has not read yet. */
  get unread(): number {
    return this.#unreadBytes + this.#unreadFrames * frameCost;
  }

  #regulate(): void {
    const isBehind = this.unread > maxUnread;
    if (isBehind !== this.#holders.has(this)) this.hold(this, isBehind);
  }

  /** Backpressure: while any holder holds it, nothing is read and the box blocks on its next write. */
  hold(holder: object, isHeld: boolean): void {
    if (isHeld) this.#holders.add(holder);
    else this.#holders.delete(holder);
    if (this.#holders.size > 0) this.#box.channel.pause();
    else this.#box.channel.resume();
  }

  /** Calls `take` whenever the box has read everything that was sent, until the run has its result. */
  onRead(take: () => void): void {
    this.#onRead.push(take);
  }

  /** Resolves when the box is ready for a job; rejects with the fault when it broke the protocol. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }
}
