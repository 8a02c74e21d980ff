import type { BrowserRun } from '@castellan/sdk/browser-sandbox';
import { FollowedRun } from './followed-run.ts';
import type { Writing } from '../script/draft.ts';
import type { Policy } from '../session/offer.ts';
import { loadSandbox, refusal } from '../here/load.ts';
import { withoutTypes } from '../here/without-types.ts';

/** A run in this browser: the service never hears of it, and it ends with the page. */
export class HereRun extends FollowedRun<BrowserRun> {
  readonly before = 'running';
  /** What was run. */
  readonly writing: Writing;
  readonly #policy: Policy;

  constructor(writing: Writing, policy: Policy) {
    super();
    this.writing = writing;
    this.#policy = policy;
  }

  /** Runs it to its end. Never rejects. */
  start(): Promise<void> {
    return this.guarded(async (signal) => {
      const { runHere } = await loadSandbox();
      const started = runHere(this.writing, this.#policy, withoutTypes, signal);
      if (!('handle' in started)) throw refusal(started);
      for await (const event of started.handle) {
        if (event.type === 'run.finished') this.finish(event.run);
        else this.take(event);
      }
    });
  }

  /** Nobody else looks at it, so who leaves it ends it. */
  async cancel(): Promise<void> {
    this.leave();
  }
}
