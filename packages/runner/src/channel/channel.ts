import { read as readNext, readSync as readNow, writeSync as writeNow } from 'node:fs';
import {
  encodeFrame,
  encodeFrameHead,
  type Frame,
  type FrameCap,
  FrameError,
  FrameReader,
  frameTypes,
  nextFrame,
  type SettleMessage,
  upTo,
} from '@castellan/protocol/frames';
import { type Wires, wiresOf } from './wires.ts';

// With the node engine a script shares them, and may replace them.
const [read, readSync, writeSync] = [readNext, readNow, writeNow];
const { parse, stringify } = JSON;
const soon = setImmediate;
const { wait } = Atomics;
const { apply } = Reflect;
const { subarray } = Uint8Array.prototype;
const { transfer } = ArrayBuffer.prototype;

/** The launcher is trusted: its frames are bounded by its own limits, not by ours. */
const inboundCap: FrameCap = (type) =>
  type >= frameTypes.job && type <= frameTypes.cdpReceive ? upTo(2 ** 31) : undefined;

/** How the bytes of the channel arrive; a chunk is valid until `take` returns. */
export interface ChannelSource {
  start(take: (bytes: Uint8Array) => void, end: () => void): void;
}

/** Reads in Node's pool of threads, which needs no socket's system calls, and keeps the process going. */
export function poolSource(fd: number): ChannelSource {
  return {
    start(take, end) {
      const buffer = Buffer.allocUnsafeSlow(65_536);
      const next = (): void =>
        read(fd, buffer, 0, buffer.length, null, (error, length) => {
          if (error !== null || length === 0) return end();
          take(buffer.subarray(0, length));
          next();
        });
      next();
    },
  };
}

/** The runner's end of the channel. Sending blocks, which is the backpressure on a flood of logs. */
export class Channel {
  readonly #wires: Wires;
  readonly #frames = new FrameReader(inboundCap);
  readonly #replies: FrameReader;
  readonly #source: ChannelSource;
  readonly #replyBuffer = new Uint8Array(65_536);
  /** Frames that have arrived and were not taken yet. No array: a script may have given all a setter for an index. */
  #first: Waiting | undefined;
  #last: Waiting | undefined;
  #take: ((frame: Frame) => void) | undefined;

  /** Where replies come among the other frames, `source` has to read on this thread. */
  constructor(wires: Wires = wiresOf(undefined), source = poolSource(wires.input)) {
    this.#wires = wires;
    this.#source = source;
    this.#replies = wires.replies === null ? this.#frames : new FrameReader(inboundCap);
    // Reading one frame compiles the code that reads frames, so that no script waits for it.
    for (const { json } of this.#frames.push(encodeFrame(frameTypes.settle, '{}')))
      JSON.parse(json);
  }

  send(type: number, message: object, bytes: Uint8Array = noBytes): void {
    // Its own, since a script may have given one to all objects.
    const json = stringify({ ...message, toJSON: undefined });
    if (bytes.length <= smallBytes) return this.write(encodeFrame(type, json, bytes));
    this.write(encodeFrameHead(type, json, bytes.length));
    this.write(bytes);
  }

  /** Writes bytes, of which a frame may need several pieces. */
  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) at += writeSome(this.#wires.output, bytes, at);
  }

  /** Calls `take` for each frame until the launcher closes the channel, which ends the process. */
  listen(take: (frame: Frame) => void): void {
    this.#take = take;
    this.#source.start(
      (bytes) => {
        this.#read(this.#frames, bytes, false);
        this.#drain();
      },
      () => process.exit(0),
    );
  }

  /** Blocks the whole process until the launcher has answered a synchronous call. */
  waitForReply(): Frame {
    const { input, replies } = this.#wires;
    const buffer = this.#replyBuffer;
    for (;;) {
      const length = readSome(replies ?? input, buffer);
      if (length === 0) throw new FrameError('the launcher closed the channel');
      const reply = this.#read(this.#replies, apply(subarray, buffer, [0, length]), true);
      if (reply === undefined) continue;
      // Frames that came before it, or with it, are for a later turn.
      if (this.#first !== undefined) soon(() => this.#drain());
      return reply;
    }
  }

  /** Reads the frames that are complete now: one is the reply that is waited for, others are kept. */
  #read(reader: FrameReader, bytes: Uint8Array, isAwaited: boolean): Frame | undefined {
    let reply: Frame | undefined;
    const frames = reader.push(bytes);
    for (let next = nextFrame(frames); next.done !== true; next = nextFrame(frames)) {
      if (isAwaited && (reader !== this.#frames || isReply(next.value))) reply = next.value;
      else this.#keep(next.value);
    }
    return reply;
  }

  #keep(frame: Frame): void {
    const entry: Waiting = { frame, next: undefined };
    if (this.#last === undefined) this.#first = entry;
    else this.#last.next = entry;
    this.#last = entry;
  }

  /** A frame is taken out first: what takes it may wait for a reply, with which others arrive. */
  #drain(): void {
    for (;;) {
      const entry = this.#first;
      if (entry === undefined) return;
      this.#first = entry.next;
      if (entry.next === undefined) this.#last = undefined;
      this.#take?.(entry.frame);
    }
  }
}

interface Waiting {
  readonly frame: Frame;
  next: Waiting | undefined;
}

/** Calls that are not synchronous have numbers from 1 on. */
function isReply({ type, json }: Frame): boolean {
  return type === frameTypes.settle && (parse(json) as SettleMessage).id === 0;
}

/**
 * The bytes of a frame as text. The bytes are gone then: until V8 found out that nobody needs them, a
 * picture would take its room twice.
 */
export function textOf({ bytes }: Frame): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  discard(bytes);
  return text;
}

/** Frees bytes that nobody needs any more, and that have a buffer of their own. */
export function discard(bytes: Uint8Array): void {
  if (bytes.length > smallBytes) apply(transfer, bytes.buffer, [0]);
}

const noBytes = new Uint8Array(0);

/** Up to this size, one copy costs less than waking the launcher twice. */
const smallBytes = 16_384;

/** Where the event loop reads the channel, a write to a full one does not block by itself. */
function writeSome(fd: number, bytes: Uint8Array, at: number): number {
  try {
    return writeSync(fd, bytes, at);
  } catch (error) {
    waitFor(error, 1);
    return 0;
  }
}

/** And neither does a read of an empty one. Returns 0 at the end. */
function readSome(fd: number, buffer: Uint8Array): number {
  for (;;) {
    try {
      return readSync(fd, buffer, 0, buffer.length, null);
    } catch (error) {
      waitFor(error, 0.1);
    }
  }
}

function waitFor(error: unknown, ms: number): void {
  if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  wait(pause, 0, 0, ms);
}

const pause = new Int32Array(new SharedArrayBuffer(4));
