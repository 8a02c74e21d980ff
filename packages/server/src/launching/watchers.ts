import { pageBounds, type PageEvent, type PagePicture } from '@castellan/protocol';
import { Newest } from '@castellan/protocol/newest';

/**
 * Who watches which runs. It outlives a launcher process: whoever watches a run that is started again
 * goes on watching it.
 */
export class Watchers {
  readonly #runs = new Map<string, Newest<string>>();
  readonly #onChange: (runId: string, isWatched: boolean) => void;

  /** `onChange`: the first watcher of a run has come, or its last has left. */
  constructor(onChange: (runId: string, isWatched: boolean) => void) {
    this.#onChange = onChange;
  }

  isWatched(runId: string): boolean {
    return this.#runs.has(runId);
  }

  /** Shows a picture to whoever watches the run; its JSON text is made once for all of them. */
  show(runId: string, { page, time, jpeg }: PagePicture): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    const data = Buffer.from(jpeg).toString('base64');
    run.give(JSON.stringify({ type: 'page', page, time, data } satisfies PageEvent));
  }

  /** See `Watch`. */
  watch(runId: string, signal: AbortSignal): AsyncIterable<string> | undefined {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known.read(signal);
    if (this.#runs.size >= pageBounds.watchedRuns.most || signal.aborted) return undefined;
    const run = new Newest<string>((isRead) => {
      if (!isRead) this.#runs.delete(runId);
      this.#onChange(runId, isRead);
    });
    this.#runs.set(runId, run);
    // Whoever left before the first picture was asked for.
    const forget = (): void => {
      if (!run.isRead && this.#runs.get(runId) === run) this.#runs.delete(runId);
    };
    signal.addEventListener('abort', forget, { once: true });
    return run.read(signal);
  }
}
