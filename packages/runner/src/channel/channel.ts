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
  upTo,
} from '@castellan/protocol/frames';

// With the node engine a script shares them, and may replace them.
const [read, readSync, writeSync] = [readNext, readNow, writeNow];
const { stringify } = JSON;
const { apply } = Reflect;
const { subarray } = Uint8Array.prototype;
const { transfer } = ArrayBuffer.prototype;

/** Descriptors that the driver leaves open for the runner. */
export const channelFd = 3;
const repliesFd = 4;

/** The launcher is trusted: its frames are bounded by its own limits, not by ours. */
const inboundCap: FrameCap = (type) =>
  type >= frameTypes.job && type <= frameTypes.cdpReceive ? upTo(2 ** 31) : undefined;

/** How the bytes of the channel arrive; a chunk is valid until `take` returns. */
export interface ChannelSource {
  start(take: (bytes: Uint8Array) => void, end: () => void): void;
}

/** Reads in Node's pool of threads, which needs no socket's system calls, and keeps the process going. */
const pool: ChannelSource = {
  start(take, end) {
    const buffer = Buffer.allocUnsafeSlow(65_536);
    const next = (): void =>
      read(channelFd, buffer, 0, buffer.length, null, (error, length) => {
        if (error !== null || length === 0) return end();
        take(buffer.subarray(0, length));
        next();
      });
    next();
  },
};

/** The runner's end of the channel. Sending blocks, which is the backpressure on a flood of logs. */
export class Channel {
  readonly #frames = new FrameReader(inboundCap);
  readonly #replies = new FrameReader(inboundCap);
  readonly #source: ChannelSource;
  readonly #replyBuffer = new Uint8Array(65_536);

  constructor(source: ChannelSource = pool) {
    this.#source = source;
    // Reading one frame compiles the code that reads frames, so that no script waits for it.
    for (const { json } of this.#frames.push(encodeFrame(frameTypes.settle, '{}')))
      JSON.parse(json);
  }

  send(type: number, message: object, bytes: Uint8Array = noBytes): void {
    // Its own, since a script may have given one to all objects.
    const json = stringify({ ...message, toJSON: undefined });
    if (bytes.length <= smallBytes) return writeAll(encodeFrame(type, json, bytes));
    writeAll(encodeFrameHead(type, json, bytes.length));
    writeAll(bytes);
  }

  /** Writes a part of a frame whose head has been written already. */
  write(bytes: Uint8Array): void {
    writeAll(bytes);
  }

  /** Calls `take` for each frame until the launcher closes the channel, which ends the process. */
  listen(take: (frame: Frame) => void): void {
    this.#source.start(
      (bytes) => {
        const frames = this.#frames.push(bytes);
        for (let next = nextFrame(frames); next.done !== true; next = nextFrame(frames)) {
          take(next.value);
        }
      },
      () => process.exit(0),
    );
  }

  /** Blocks the whole process until the launcher has answered a synchronous call. */
  waitForReply(): Frame {
    const buffer = this.#replyBuffer;
    for (;;) {
      const length = readSync(repliesFd, buffer, 0, buffer.length, null);
      if (length === 0) throw new FrameError('the launcher closed the channel');
      const next = nextFrame(this.#replies.push(apply(subarray, buffer, [0, length])));
      if (next.done !== true) return next.value;
    }
  }
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

function writeAll(bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSome(bytes, at);
}

/** Where the event loop reads the channel, a write to a full one does not block by itself. */
function writeSome(bytes: Uint8Array, at: number): number {
  try {
    return writeSync(channelFd, bytes, at);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    Atomics.wait(pause, 0, 0, 1);
    return 0;
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4));
