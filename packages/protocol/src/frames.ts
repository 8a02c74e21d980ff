/**
 * The frame, the only thing that crosses the channel between launcher and box:
 *
 *      0        4      5            9            9+J            4+L
 *      +--------+------+------------+-------------+-------------+
 *      |   L    | type |     J      | JSON, UTF-8 |    bytes    |
 *      +--------+------+------------+-------------+-------------+
 *      u32 LE    u8     u32 LE       J bytes       L - 5 - J bytes
 *
 * L counts everything after itself. J may not reach past L. A reader knows the types that it accepts,
 * and for each the largest JSON and the most bytes, before it buffers any of either: a box may write
 * anything here, so nothing is believed because it parses. JSON costs its reader far more than bytes
 * do, so whatever is large and known to be text or bytes goes into the bytes part.
 */

import { uncurry } from './uncurry.ts';

const headerBytes = 9;

export interface Frame {
  readonly type: number;
  /** The JSON part, still text. */
  readonly json: string;
  /** The bytes part: a copy of its own, not a view of a shared buffer. */
  readonly bytes: Uint8Array;
}

/** The other side broke the protocol. The launcher kills the box then; the box exits. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

// Captured before any script runs: in a box, one may share the process with this.
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encode = uncurry(TextEncoder.prototype.encode);
const decode = uncurry(TextDecoder.prototype.decode);
const setBytes = uncurry(Uint8Array.prototype.set);
const subarray = uncurry(Uint8Array.prototype.subarray);
const getUint8 = uncurry(DataView.prototype.getUint8);
const getUint32 = uncurry(DataView.prototype.getUint32);
const setUint8 = uncurry(DataView.prototype.setUint8);
const setUint32 = uncurry(DataView.prototype.setUint32);
const { min } = Math;
const Bytes = Uint8Array;
const View = DataView;
const noBytes = new Uint8Array(0);

/** The bytes of a text. */
export function encodeText(text: string): Uint8Array<ArrayBuffer> {
  return encode(encoder, text);
}

/** The text of bytes. Throws `FrameError` for what is no UTF-8. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return decode(decoder, bytes);
  } catch {
    throw new FrameError('the bytes of a frame are not UTF-8');
  }
}

const generator = Object.getPrototypeOf(function* () {}) as {
  readonly prototype: Generator<Frame, void>;
};

/** The next of the frames that `FrameReader.push` gives. */
export const nextFrame = uncurry(generator.prototype.next) as (
  frames: Iterator<Frame, void>,
) => IteratorResult<Frame, void>;

/** Encodes one frame. `json` must be JSON text already. */
export function encodeFrame(type: number, json: string, bytes: Uint8Array = noBytes): Uint8Array {
  const head = encodeFrameHead(type, json, bytes.length);
  const frame = new Bytes(head.length + bytes.length);
  setBytes(frame, head);
  setBytes(frame, bytes, head.length);
  return frame;
}

/**
 * Encodes a frame up to its bytes part, of which `bytesLength` must follow. Saves a copy of large
 * ones.
 */
export function encodeFrameHead(type: number, json: string, bytesLength: number): Uint8Array {
  const text = encodeText(json);
  const head = new Bytes(headerBytes + text.length);
  const view = new View(head.buffer);
  setUint32(view, 0, 5 + text.length + bytesLength, true);
  setUint8(view, 4, type);
  setUint32(view, 5, text.length, true);
  setBytes(head, text, headerBytes);
  return head;
}

/** Most bytes of the two parts of a frame. */
export interface FrameCaps {
  readonly json: number;
  readonly bytes: number;
}

/** The caps of a frame type; `undefined` refuses the type. */
export type FrameCap = (type: number) => FrameCaps | undefined;

/** Caps for frames of a trusted sender, which only catch bugs. */
export function upTo(most: number): FrameCaps {
  return { json: most, bytes: most };
}

/**
 * Splits a byte stream into frames. Holds at most one frame of the largest allowed size in memory: the
 * bytes part is written once, to the buffer that the frame is returned with. After `push` has thrown
 * `FrameError`, the reader must not be used any more.
 */
export class FrameReader {
  readonly #cap: FrameCap;
  #header = new Bytes(headerBytes);
  #headerFill = 0;
  #body: FrameBody | undefined;

  constructor(cap: FrameCap) {
    this.#cap = cap;
  }

  /** Whether a frame is incomplete; at the end of the stream that means it was cut off. */
  get midFrame(): boolean {
    return this.#headerFill > 0;
  }

  *push(chunk: Uint8Array): Generator<Frame, void, undefined> {
    let at = 0;
    while (at < chunk.length) {
      if (this.#body === undefined) {
        const take = min(headerBytes - this.#headerFill, chunk.length - at);
        setBytes(this.#header, subarray(chunk, at, at + take), this.#headerFill);
        this.#headerFill += take;
        at += take;
        if (this.#headerFill < headerBytes) return;
        this.#body = this.#emptyBody();
      }
      at += this.#body.fill(chunk, at);
      if (!this.#body.isFull) return;
      yield this.#finish(this.#body);
    }
  }

  #emptyBody(): FrameBody {
    const view = new View(this.#header.buffer);
    const length = getUint32(view, 0, true);
    const type = getUint8(view, 4);
    const jsonLength = getUint32(view, 5, true);
    const caps = this.#cap(type);
    if (caps === undefined) throw new FrameError(`frame of unknown type ${type}`);
    if (length < 5 || jsonLength > length - 5) {
      throw new FrameError(`frame lengths do not fit: ${length} and ${jsonLength}`);
    }
    const bytesLength = length - 5 - jsonLength;
    if (jsonLength > caps.json) throw new FrameTooLarge(type, 'json', jsonLength, caps.json);
    if (bytesLength > caps.bytes) throw new FrameTooLarge(type, 'bytes', bytesLength, caps.bytes);
    return new FrameBody(jsonLength, bytesLength);
  }

  #finish({ json, bytes }: FrameBody): Frame {
    const type = getUint8(new View(this.#header.buffer), 4);
    this.#body = undefined;
    this.#headerFill = 0;
    try {
      return { type, json: decode(decoder, json), bytes };
    } catch {
      throw new FrameError('frame text is not UTF-8');
    }
  }
}

/** The parts of a frame that is being read. */
class FrameBody {
  readonly json: Uint8Array;
  readonly bytes: Uint8Array;
  #jsonFill = 0;
  #bytesFill = 0;

  constructor(jsonLength: number, bytesLength: number) {
    this.json = new Bytes(jsonLength);
    this.bytes = new Bytes(bytesLength);
  }

  get isFull(): boolean {
    return this.#jsonFill === this.json.length && this.#bytesFill === this.bytes.length;
  }

  /** Takes what it lacks out of `chunk` from `start` on. Returns how many bytes it has taken. */
  fill(chunk: Uint8Array, start: number): number {
    const jsonEnd = min(chunk.length, start + this.json.length - this.#jsonFill);
    setBytes(this.json, subarray(chunk, start, jsonEnd), this.#jsonFill);
    this.#jsonFill += jsonEnd - start;
    const end = min(chunk.length, jsonEnd + this.bytes.length - this.#bytesFill);
    if (end > jsonEnd) setBytes(this.bytes, subarray(chunk, jsonEnd, end), this.#bytesFill);
    this.#bytesFill += end - jsonEnd;
    return end - start;
  }
}

/** A frame exceeds the cap of its type. */
export class FrameTooLarge extends FrameError {
  readonly type: number;
  readonly part: keyof FrameCaps;

  constructor(type: number, part: keyof FrameCaps, length: number, cap: number) {
    super(`frame of type ${type} has ${length} bytes of ${partNames[part]}, ${cap} are allowed`);
    this.type = type;
    this.part = part;
  }
}

const partNames = { json: 'JSON', bytes: 'data' } as const;
