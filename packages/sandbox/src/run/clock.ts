import type { Timings } from '@castellan/protocol';

type Mark = 'turn' | 'sent' | 'compiled' | 'ended';

/**
 * The times at which a run reached its stages, by the launcher's monotonic clock. Each mark is set
 * once.
 */
export class Clock {
  readonly #accepted = performance.now();
  readonly #marks: Partial<Record<Mark, number>> = {};

  mark(name: Mark): void {
    this.#marks[name] ??= performance.now();
  }

  has(name: Mark): boolean {
    return this.#marks[name] !== undefined;
  }

  /** Time in each stage; a stage that was not reached took none. */
  timings(): Timings {
    const ended = this.#marks.ended ?? performance.now();
    const { turn = ended, sent = ended, compiled = ended } = this.#marks;
    return {
      queueMs: rounded(turn - this.#accepted),
      boxMs: rounded(sent - turn),
      compileMs: rounded(compiled - sent),
      runMs: rounded(ended - compiled),
      totalMs: rounded(ended - this.#accepted),
    };
  }
}

/** Rounded to microseconds. */
export function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
}
