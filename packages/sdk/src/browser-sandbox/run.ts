import type { Run, RunEvent } from '@castellan/protocol';
import type { BrowserLimits } from './limits.ts';

/**
 * A run that has ended: the shape of every `Run`, without what a browser cannot say. Such fields are
 * null, or narrower.
 */
export interface BrowserRun extends Omit<Run, 'usage' | 'isolation' | 'limits'> {
  readonly usage: BrowserUsage;
  readonly isolation: BrowserIsolation;
  /** The limits that were in force. */
  readonly limits: BrowserLimits;
}

/** What a run used, as far as a page can tell. */
export interface BrowserUsage {
  /** No page can measure the processor time of a worker. */
  readonly cpuMs: null;
  /** Nor its memory. */
  readonly memoryPeakBytes: null;
  /** Bytes of all log lines, counted as for the limit `outputBytes`. */
  readonly outputBytes: number;
  /** Nothing leaves the frame. */
  readonly networkRequests: 0;
  /** Nothing leaves the frame. */
  readonly networkBytes: 0;
}

/** The walls that stood around the script. */
export interface BrowserIsolation {
  /** A frame of this page; null if it did not start. */
  readonly driver: 'frame' | null;
  /** What executed the script. */
  readonly engine: 'worker';
  /** Each run has a frame and a worker of its own. */
  readonly reuse: 'never';
  /**
   * `origin`: the worker has no origin, so no storage and no cookies. `policy`: its policy refuses every
   * request. `worker`: it has no document. All were tried in the worker before the script.
   */
  readonly layers: readonly ('origin' | 'policy' | 'worker')[];
}

/** What happens in a run, in order: the events of every run, as far as there are any here. */
export type BrowserRunEvent =
  | Extract<RunEvent, { readonly type: 'run.started' | 'log' | 'progress' }>
  | {
      readonly type: 'run.finished';
      readonly seq: number;
      readonly time: string;
      readonly run: BrowserRun;
    };

/** A run under way: a promise of the `BrowserRun`, and an iterable of its events. Use one, or both. */
export interface BrowserRunHandle extends Promise<BrowserRun>, AsyncIterable<BrowserRunEvent> {
  /** Of the run, known at once. */
  readonly id: string;
}
