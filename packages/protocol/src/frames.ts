/**
 * The frame, the only thing that crosses the channel between launcher and box:
 *
 *      0        4      5            9            9+J            4+L
 *      +--------+------+------------+-------------+-------------+
 *      |   L    | type |     J      | JSON, UTF-8 |    bytes    |
 *      +--------+------+------------+-------------+-------------+
 *      u32 LE    u8     u32 LE       J bytes       L - 5 - J bytes
 *
 * L counts everything after itself. J may not reach past L. A reader knows the largest L that it
 * accepts for each type before it buffers a byte of the body, and the types it accepts at all:
 * a box may write anything here, so nothing is believed because it parses.
 */

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

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const noBytes = new Uint8Array(0);

/** Encodes one frame. `json` must be JSON text already. */
export function encodeFrame(type: number, json: string, bytes: Uint8Array = noBytes): Uint8Array {
  const head = encodeFrameHead(type, json, bytes.length);
  const frame = new Uint8Array(head.length + bytes.length);
  frame.set(head);
  frame.set(bytes, head.length);
  return frame;
}

/**
 * Encodes a frame up to its bytes part, of which `bytesLength` must follow. Saves a copy of large
 * ones.
 */
export function encodeFrameHead(type: number, json: string, bytesLength: number): Uint8Array {
  const text = encoder.encode(json);
  const head = new Uint8Array(headerBytes + text.length);
  const view = new DataView(head.buffer);
  view.setUint32(0, 5 + text.length + bytesLength, true);
  view.setUint8(4, type);
  view.setUint32(5, text.length, true);
  head.set(text, headerBytes);
  return head;
}

/** The largest L of a frame type; `undefined` refuses the type. */
export type FrameCap = (type: number) => number | undefined;

/**
 * Splits a byte stream into frames. Holds at most one frame of the largest allowed size in memory.
 * After `push` has thrown `FrameError`, the reader must not be used any more.
 */
export class FrameReader {
  readonly #cap: FrameCap;
  #header = new Uint8Array(headerBytes);
  #headerFill = 0;
  #body: Uint8Array | undefined;
  #bodyFill = 0;

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
        const take = Math.min(headerBytes - this.#headerFill, chunk.length - at);
        this.#header.set(chunk.subarray(at, at + take), this.#headerFill);
        this.#headerFill += take;
        at += take;
        if (this.#headerFill < headerBytes) return;
        this.#body = new Uint8Array(this.#checkedBodyLength());
        this.#bodyFill = 0;
      }
      const take = Math.min(this.#body.length - this.#bodyFill, chunk.length - at);
      this.#body.set(chunk.subarray(at, at + take), this.#bodyFill);
      this.#bodyFill += take;
      at += take;
      if (this.#bodyFill < this.#body.length) return;
      yield this.#finish(this.#body);
    }
  }

  #checkedBodyLength(): number {
    const view = new DataView(this.#header.buffer);
    const length = view.getUint32(0, true);
    const type = view.getUint8(4);
    const jsonLength = view.getUint32(5, true);
    const cap = this.#cap(type);
    if (cap === undefined) throw new FrameError(`frame of unknown type ${type}`);
    if (length > cap) throw new FrameTooLarge(type, length, cap);
    if (length < 5 || jsonLength > length - 5) {
      throw new FrameError(`frame lengths do not fit: ${length} and ${jsonLength}`);
    }
    return length - 5;
  }

  #finish(body: Uint8Array): Frame {
    const view = new DataView(this.#header.buffer);
    const jsonLength = view.getUint32(5, true);
    this.#body = undefined;
    this.#headerFill = 0;
    let json: string;
    try {
      json = decoder.decode(body.subarray(0, jsonLength));
    } catch {
      throw new FrameError('frame text is not UTF-8');
    }
    return { type: view.getUint8(4), json, bytes: body.slice(jsonLength) };
  }
}

/** A frame exceeds the cap of its type. */
export class FrameTooLarge extends FrameError {
  readonly type: number;

  constructor(type: number, length: number, cap: number) {
    super(`frame of type ${type} is ${length} bytes long, ${cap} are allowed`);
    this.type = type;
  }
}
