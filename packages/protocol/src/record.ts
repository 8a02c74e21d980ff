import type { Kind } from './kind.ts';
import { flag } from './kinds.ts';
import { shape } from './structures.ts';

/** What is kept of a run, to be looked at after it. */
export interface RecordSettings {
  /** A film of its pages, as the artifact `recording.html`. Default false. */
  readonly video?: boolean;
  /**
   * Its requests and the calls of Puppeteer that waited, as the artifacts `recording.har` and
   * `recording.trace.json`. Default false.
   */
  readonly trace?: boolean;
}

export const recordParts = ['video', 'trace'] as const satisfies readonly (keyof RecordSettings)[];

/** Validates `RecordSettings`. */
export const recordSettings: Kind<RecordSettings> = shape<RecordSettings>(
  'an object { video, trace }',
  { video: flag, trace: flag },
  { optional: recordParts },
);

/** One bound of a recording: it never ends a run, and what is beyond it is left out. */
export interface RecordBound {
  readonly most: number;
  readonly unit: 'count' | 'bytes' | 'pixels' | 'characters';
  readonly sentence: string;
}

/** The bounds of a recording. The limits of the run do not apply to it, nor it to them. */
export const recordBounds = {
  framesPerSecond: { most: 4, unit: 'count', sentence: 'Pictures of a film in a second.' },
  frames: {
    most: 240,
    unit: 'count',
    sentence: 'Pictures of a film. Beyond it every second one goes, so that all of the run stays.',
  },
  frameSide: { most: 800, unit: 'pixels', sentence: 'Width and height of a picture.' },
  frameBytes: { most: 512 * 1_024, unit: 'bytes', sentence: 'Size of a picture.' },
  filmBytes: { most: 8 * 2 ** 20, unit: 'bytes', sentence: 'Size of all pictures.' },
  filmedPages: { most: 8, unit: 'count', sentence: 'Pages that are filmed at a time.' },
  requests: { most: 2_000, unit: 'count', sentence: 'Requests, each step of a redirect counted.' },
  actions: { most: 2_000, unit: 'count', sentence: 'Calls of Puppeteer.' },
  headers: { most: 64, unit: 'count', sentence: 'Headers of a request, and of an answer.' },
  text: {
    most: 1_024,
    unit: 'characters',
    sentence: 'A URL, the value of a header, the arguments of a call, an error.',
  },
  readCharacters: {
    most: 16 * 2 ** 20,
    unit: 'characters',
    sentence: 'What a browser says about its requests, as far as it is read.',
  },
  traceBytes: {
    most: 4 * 2 ** 20,
    unit: 'bytes',
    sentence: 'Size of a list of requests or calls.',
  },
} as const satisfies Readonly<Record<string, RecordBound>>;

/**
 * A call of the script's Puppeteer that waits for something: it begins, with its arguments shortened and
 * the place of the call in the script; it ends, with the error that it threw.
 */
export type ActionMessage =
  | {
      readonly id: number;
      readonly name: string;
      readonly args: string;
      readonly place: string | null;
    }
  | { readonly id: number; readonly error: string | null };
