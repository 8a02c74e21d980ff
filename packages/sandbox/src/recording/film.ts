import { recordBounds } from '@castellan/protocol';
import { isJpeg } from '@castellan/protocol/frames';
import type { Moments } from './moments.ts';

/** A picture of a page, in milliseconds since the recording began. */
export interface Frame {
  /** Number of the page, from 1. */
  readonly page: number;
  readonly at: number;
  readonly jpeg: Buffer;
}

/**
 * The pictures of a run, in order. When they are too many, every second one goes and further ones come
 * half as often: a film shows a run from its beginning to its end, however long that is.
 */
export class Film {
  #frames: Frame[] = [];
  #bytes = 0;
  /** Milliseconds between two pictures of a page. */
  #spacing = 1_000 / recordBounds.framesPerSecond.most / 2;
  readonly #moments: Moments;
  /** Of each page, its last picture, and the one that the next has to keep its distance from. */
  readonly #last = new Map<number, { readonly kept: Frame; readonly frame: Frame }>();

  constructor(moments: Moments) {
    this.#moments = moments;
  }

  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Adds a picture that a browser has sent, in base64: hostile. */
  add(page: number, base64: string): void {
    if (base64.length > (recordBounds.frameBytes.most * 4) / 3) return;
    const jpeg = Buffer.from(base64, 'base64');
    if (!isJpeg(jpeg)) return;
    const before = this.#last.get(page);
    if (before?.frame.jpeg.equals(jpeg) === true) return;
    const frame = { page, at: this.#moments.now(), jpeg };
    this.#last.set(page, { kept: before === undefined ? frame : this.#keep(before), frame });
    this.#frames.push(frame);
    this.#bytes += jpeg.length;
    const { frames, filmBytes } = recordBounds;
    while (this.#frames.length > frames.most || this.#bytes > filmBytes.most) this.#thin();
  }

  /** Drops a picture that came too soon after the one before it, now that there is a newer one. */
  #keep({ kept, frame }: { readonly kept: Frame; readonly frame: Frame }): Frame {
    if (kept === frame || frame.at - kept.at >= this.#spacing) return frame;
    const at = this.#frames.lastIndexOf(frame);
    if (at !== -1) {
      this.#frames.splice(at, 1);
      this.#bytes -= frame.jpeg.length;
    }
    return kept;
  }

  #thin(): void {
    this.#spacing *= 2;
    const last = this.#frames.length - 1;
    this.#frames = this.#frames.filter((_, index) => index % 2 === 0 || index === last);
    this.#bytes = this.#frames.reduce((sum, { jpeg }) => sum + jpeg.length, 0);
  }
}
