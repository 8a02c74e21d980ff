import type { LogLevel, LogLine } from '@castellan/protocol';
import type { BrowserRun, BrowserRunEvent } from './run.ts';

/** A line counts at least this much in `outputBytes`, as in every run. */
const leastLineCost = 16;
const maxOtherEvents = 10_000;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The message for a run that wrote too many logs. */
export function moreLogsThan(outputBytes: number): string {
  return `The run wrote more than ${outputBytes} bytes of logs; a line counts at least ${leastLineCost}`;
}

/** The message for a run that said how far it is too often. */
export const tooManyEvents = `The run showed its progress more than ${maxOtherEvents} times`;

/** The events of one run, in order. They are kept as long as its handle, so that a reader may come late. */
export class Journal {
  readonly #outputBytes: number;
  readonly #events: BrowserRunEvent[] = [];
  readonly logs: LogLine[] = [];
  #wake = Promise.withResolvers<void>();
  #spent = 0;
  #others = 0;
  isCut = false;

  constructor(outputBytes: number) {
    this.#outputBytes = outputBytes;
  }

  /** What the lines count in `outputBytes`: never more than it allows. */
  get outputBytes(): number {
    return Math.min(this.#spent, this.#outputBytes);
  }

  started(): void {
    this.#push({ type: 'run.started', ...this.#stamp() });
  }

  /** Adds a line, or the part of it that fits. Returns false when `outputBytes` is exceeded. */
  log(level: LogLevel, given: string): boolean {
    const bytes = encoder.encode(given);
    const left = Math.max(this.#outputBytes - this.#spent, 0);
    this.#spent += Math.max(bytes.length + 1, leastLineCost);
    const fits = this.#spent <= this.#outputBytes;
    const text = fits ? given : decoder.decode(bytes.subarray(0, left)).replace(/\ufffd$/, '');
    this.isCut ||= !fits;
    if (!fits && text === '') return false;
    const stream = level === 'warn' || level === 'error' ? 'stderr' : 'stdout';
    const line: LogLine = { ...this.#stamp(), stream, level, text };
    this.logs.push(line);
    this.#push({ type: 'log', ...line });
    return fits;
  }

  /** Returns false when there were too many. */
  progress(fraction: number, text: string): boolean {
    if (++this.#others > maxOtherEvents) return false;
    this.#push({ type: 'progress', ...this.#stamp(), fraction, text });
    return true;
  }

  finished(run: BrowserRun): void {
    this.#push({ type: 'run.finished', ...this.#stamp(), run });
  }

  /** Yields every event from the first to `run.finished`. There can be any number of readers. */
  async *read(): AsyncGenerator<BrowserRunEvent, void, undefined> {
    for (let at = 0; ; at++) {
      while (at >= this.#events.length) await this.#wake.promise;
      const event = this.#events[at]!;
      yield event;
      if (event.type === 'run.finished') return;
    }
  }

  #stamp(): { seq: number; time: string } {
    return { seq: this.#events.length + 1, time: new Date().toISOString() };
  }

  #push(event: BrowserRunEvent): void {
    this.#events.push(event);
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}
