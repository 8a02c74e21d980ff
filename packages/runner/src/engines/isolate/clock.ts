/**
 * Whole milliseconds since the process began, never backwards: a finer clock would serve side channels.
 * Node's `performance` would say the same, but has to be loaded first.
 */
export class CoarseClock {
  #last = 0;

  now(): number {
    this.#last = Math.max(this.#last, Math.floor(process.uptime() * 1_000));
    return this.#last;
  }
}

/** Blocks everything in the box. The run's wall clock goes on meanwhile, so `wallMs` limits this too. */
export function block(ms: number): void {
  const limit = Number.isFinite(ms) && ms > 0 ? ms : 0;
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, limit);
}
