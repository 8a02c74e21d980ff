import type { LogLine, Run, RunEvent } from '@castellan/protocol';
import { CastellanError } from '@castellan/sdk';
import type { BrowserRun, BrowserRunEvent } from '@castellan/sdk/browser-sandbox';
import { Store } from '../state/store.ts';

/** A run as it is shown, wherever it ran. */
export type ShownRun = Run | BrowserRun;

/** One run as this page follows it: what has come of it so far. */
export abstract class FollowedRun<Shown extends ShownRun = ShownRun> extends Store {
  /** Tells this run from all others of the page, before it has an id. */
  readonly key = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
  /** How it stands until `run` tells. */
  abstract readonly before: string;
  /** Null until it is known to go on. Its logs are in `lines`. */
  run: Shown | null = null;
  readonly lines: LogLine[] = [];
  progress: { readonly fraction: number; readonly text: string } | null = null;
  /** Why it was refused, or is not followed any more. */
  failure: CastellanError | null = null;
  /** All of its events have come. */
  isComplete = false;
  readonly #stop = new AbortController();

  get isGoing(): boolean {
    return this.failure === null && this.run?.finishedAt == null;
  }

  abstract cancel(): Promise<void>;

  /** Stops following. */
  leave(): void {
    this.#stop.abort();
  }

  protected async guarded(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    try {
      await work(this.#stop.signal);
    } catch (error) {
      this.fail(error);
    }
  }

  protected fail(error: unknown): void {
    const told = error instanceof CastellanError;
    this.failure = told ? error : new CastellanError(0, 'cancelled', 'It was not sent.');
    this.changed();
  }

  /** Takes what every run has: its lines and its progress. */
  protected take(event: RunEvent | BrowserRunEvent): void {
    if (event.type === 'log') this.lines.push(event);
    else if (event.type === 'progress') this.progress = event;
    this.changed();
  }

  protected finish(run: Shown): void {
    // The lines are held once.
    this.run = { ...run, logs: [] };
    this.progress = null;
    this.isComplete = true;
    this.changed();
  }
}
