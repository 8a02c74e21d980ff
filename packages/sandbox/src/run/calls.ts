import type { Artifact } from '@castellan/protocol';
import { type CallMessage, frameTypes } from '@castellan/protocol/frames';
import type { Link } from '../channel/link.ts';
import { callHelper } from '../helpers/call.ts';
import type { Job } from './job.ts';

/** Arguments of open calls, in UTF-16 units, beyond which the box is paused. */
const maxHeld = 32 * 2 ** 20;

/** The limit of open calls. The guest itself stops at a quarter of it. */
const maxOpen = 4_096;

/** The calls of one run that are answered: to helpers, and of `artifacts.write`. */
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

  /** Answers one call, later. Throws when the box breaks the protocol. */
  take({ id, path, args }: CallMessage & { readonly args: string }): void {
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

  /** Answers `artifacts.write`. */
  written(id: number, { name, sizeBytes }: Artifact): void {
    if (this.#done.signal.aborted) return;
    const json = JSON.stringify({ name, sizeBytes });
    this.#link.send(frameTypes.settle, { id, ok: true, json });
  }

  /** Called at the end of the run: aborts open helpers, whose answers are dropped. */
  stop(): void {
    this.#done.abort();
    this.#regulate();
  }

  /** Backpressure: open calls take memory here. */
  #regulate(): void {
    this.#link.hold(this, !this.#done.signal.aborted && this.#held > maxHeld);
  }
}
