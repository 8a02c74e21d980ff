import { FrameError } from '@castellan/protocol/frames';
import type { BoxRunMessage } from '../channel/link.ts';
import { type Ending, endingByFault, endingOf } from './ending.ts';
import type { Job } from './job.ts';

/**
 * What is known of a script that has settled and goes on: the value that it had then, for the case that
 * `wallMs` ends what it goes on for, and what that is. Both come from the box, where a script may have
 * written them itself: that gives it nothing which `return` would not.
 */
export class Settled {
  readonly #job: Pick<Job, 'engine' | 'limits'>;
  #json: string | undefined;
  #pending: string | null = null;

  constructor(job: Pick<Job, 'engine' | 'limits'>) {
    this.#job = job;
  }

  /** A box settles once; what it waits for after that may change. Throws `FrameError` otherwise. */
  take(message: Extract<BoxRunMessage, { readonly type: 'settled' | 'waiting' }>): void {
    const hasSettled = this.#json !== undefined;
    if (hasSettled !== (message.type === 'waiting')) {
      throw new FrameError(`a box said that it was ${message.type} when it could not be`);
    }
    if (message.type === 'settled') this.#json = message.json;
    else this.#pending = message.pending;
  }

  /** The ending when the time is up, and the warning that belongs to it; undefined before settling. */
  timeIsUp(): { readonly ending: Ending; readonly warning: string } | undefined {
    const json = this.#json;
    if (json === undefined) return undefined;
    const { limits } = this.#job;
    const dropped = this.#pending ?? 'what the script went on for';
    const warning = `Dropped when wallMs (${limits.wallMs} ms) was over: ${dropped}. The value is the one that the script had when it settled.`;
    return { ending: { ...this.#ending(json), isByWall: true }, warning };
  }

  #ending(json: string): Ending {
    try {
      return endingOf({ ok: true, pending: null }, json, this.#job);
    } catch {
      return endingByFault(new FrameError('a value is no JSON'), this.#job.limits);
    }
  }
}

/** The warning about what a script did not wait for, such as `2 timers and 1 fetch`. */
export function droppedText(pending: string): string {
  return `Dropped at the end of the script: ${pending}.`;
}
