import { type CallMessage, frameTypes } from '@castellan/protocol/frames';
import type { Link } from '../channel/link.ts';
import { callHelper } from '../helpers/call.ts';
import type { Job } from './job.ts';

/** Arguments that may wait in this process, in UTF-16 units. */
const maxHeld = 32 * 2 ** 20;

/** Calls that may be open at a time; the guest stops at a quarter of it by itself. */
const maxOpen = 4_096;

/** The helper calls of one run. */
export class Calls {
  readonly #job: Job;
  readonly #link: Link;
  readonly #done = new AbortController();
  #open = 0;
  #held = 0;

  constructor(job: Job, link: Link) {
    this.#job = job;
    this.#link = link;
  }

  /** Answers one call, sooner or later. Throws when a box calls as no runner of ours would. */
  take({ id, path, args }: CallMessage): void {
    const declared = this.#job.helpers.byPath.get(path);
    const isSync = id === 0;
    if (isSync !== (declared?.isSync ?? isSync)) {
      throw new Error('a helper was called the wrong way');
    }
    if (++this.#open > maxOpen) throw new Error('too many calls are open');
    this.#held += args.length;
    this.#regulate();
    const context = { signal: this.#done.signal, runId: this.#job.id };
    void callHelper(declared, { path, args }, context).then((answer) => {
      this.#open--;
      this.#held -= args.length;
      if (this.#done.signal.aborted) return;
      const message = { id, ...answer };
      if (isSync) this.#link.reply(frameTypes.settle, message);
      else this.#link.send(frameTypes.settle, message);
      this.#regulate();
    });
  }

  /** The run is over: helpers that still work are told, and their answers go nowhere. */
  stop(): void {
    this.#done.abort();
    this.#regulate();
  }

  /** What a script has in flight takes memory here: beyond a bound it has to wait. */
  #regulate(): void {
    this.#link.hold(this, !this.#done.signal.aborted && this.#held > maxHeld);
  }
}
