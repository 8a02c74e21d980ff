import { soon, startTimer, stopTimer } from './natives.ts';

/** The alarm of a run's timers. */
export class WorkerAlarm {
  readonly #ring: () => void;
  #timer: number | undefined;
  /** Counts what was set, so that one that rings late is known. */
  #set = 0;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  /** Sets it anew; a negative time only stops it. What is due rings before anything is waited for. */
  set(ms: number): void {
    const own = ++this.#set;
    if (this.#timer !== undefined) stopTimer(this.#timer);
    this.#timer = undefined;
    const ring = (): void => {
      if (own === this.#set) this.#ring();
    };
    if (ms === 0) soon(ring);
    else if (ms > 0) this.#timer = startTimer(ring, ms);
  }
}
