import type { RecordBound } from './record.ts';

/** What a page of a run's browser looks like now, for whoever watches. It is kept nowhere. */
export interface PagePicture {
  /** Number of the page, from 1, in the order in which this watching came upon it. */
  readonly page: number;
  /** RFC 3339 UTC, the launcher's clock. */
  readonly time: string;
  /** Whoever drives the browser made it: no more than its first bytes are known to be those of a JPEG. */
  readonly jpeg: Uint8Array;
}

/** The same as an event of a stream that asked for it: without `seq`, since it cannot be asked for again. */
export interface PageEvent {
  readonly type: 'page';
  readonly page: number;
  readonly time: string;
  /** The JPEG in base64. */
  readonly data: string;
}

/** The bounds of watching one run, however many watch it: what is beyond them is left out. */
export const pageBounds = {
  framesPerSecond: { most: 8, unit: 'count', sentence: 'Pictures in a second, of all pages.' },
  bytesPerSecond: {
    most: 2 ** 20,
    unit: 'bytes',
    sentence: 'Size of the pictures of a second: after large ones the next comes later.',
  },
  watchedRuns: { most: 16, unit: 'count', sentence: 'Runs that are watched in one service.' },
} as const satisfies Readonly<Record<string, RecordBound>>;

/** How a JPEG begins. */
const jpegStart = [0xff, 0xd8, 0xff];

/** Whether bytes begin as those of a JPEG do. */
export function isJpeg(bytes: Uint8Array): boolean {
  return jpegStart.every((byte, at) => bytes[at] === byte);
}
