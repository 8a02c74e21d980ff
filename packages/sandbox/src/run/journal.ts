import type {
  Artifact,
  Limits,
  LogLevel,
  LogLine,
  NetworkEntry,
  Run,
  RunEvent,
} from '@castellan/protocol';
import { FrameTooLarge, frameTypes } from '@castellan/protocol/frames';
import type { Mask } from './mask.ts';

/**
 * The minimum cost of a line in `outputBytes`: a million empty lines are small in the box and large
 * here.
 */
const leastLineCost = 16;

/** The limit of events besides log lines. */
const maxOtherEvents = 10_000;

/** The message for a run with more of them. */
export const tooManyEvents = `The run showed its progress and wrote artifacts more than ${maxOtherEvents} times`;

/** The message for a run that wrote too many logs. */
export function moreLogsThan(outputBytes: number): string {
  return `The run wrote more than ${outputBytes} bytes of logs; a line counts at least ${leastLineCost}`;
}

/**
 * The events of one run, in order, with numbers and times of the launcher. They are kept as long as the
 * run's handle, so that a reader may come late. Their number is bounded by `outputBytes`.
 */
export class Journal {
  readonly #limits: Limits;
  readonly #firstSeq: number;
  readonly #mask: Pick<Mask, 'text'>;
  readonly #events: RunEvent[] = [];
  readonly logs: LogLine[] = [];
  #wake = Promise.withResolvers<void>();
  #spent = 0;
  #others = 0;
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;
  logsTruncated = false;

  /** `firstSeq` is the number of the first event: an attempt continues the numbers of the last one. */
  constructor(limits: Limits, firstSeq: number, mask: Pick<Mask, 'text'>) {
    this.#limits = limits;
    this.#firstSeq = firstSeq;
    this.#mask = mask;
  }

  /** What the lines count in `outputBytes`: never more than it allows. */
  get outputBytes(): number {
    return Math.min(this.#spent, this.#limits.outputBytes);
  }

  started(): void {
    this.#push({ type: 'run.started', ...this.#stamp() });
  }

  /**
   * Adds a line, or the part of it that fits: its bytes in UTF-8 and a line break. Returns false when
   * `outputBytes` is exceeded.
   */
  log(level: LogLevel, written: string): boolean {
    const given = this.#mask.text(written);
    const bytes = Buffer.byteLength(given) + 1;
    const left = this.#limits.outputBytes - this.#spent;
    this.#spent += Math.max(bytes, leastLineCost);
    const fits = this.#spent <= this.#limits.outputBytes;
    const text = fits
      ? given
      : Buffer.from(given)
          .subarray(0, Math.max(left, 0))
          .toString()
          .replace(/\ufffd$/, '');
    this.logsTruncated ||= !fits;
    if (!fits && text === '') return false;
    const stream = level === 'warn' || level === 'error' ? 'stderr' : 'stdout';
    const line: LogLine = { ...this.#stamp(), stream, level, text };
    this.logs.push(line);
    this.#push({ type: 'log', ...line });
    return fits;
  }

  /** Says that a line was lost which was longer than all of them may be. */
  cut(): void {
    this.logsTruncated = true;
    this.#spent = Infinity;
  }

  /** Returns false when there were too many. */
  progress(fraction: number, text: string): boolean {
    if (++this.#others > maxOtherEvents) return false;
    this.#push({ type: 'progress', ...this.#stamp(), fraction, text: this.#mask.text(text) });
    return true;
  }

  /** Returns false when there were too many. */
  artifact(artifact: Artifact): boolean {
    if (++this.#others > maxOtherEvents) return false;
    this.#push({ type: 'artifact', ...this.#stamp(), artifact });
    return true;
  }

  /** Their number is bounded by `networkRequests`. */
  network(request: NetworkEntry): void {
    this.#push({ type: 'network', ...this.#stamp(), request });
  }

  finished(run: Run): void {
    this.#isClosed = true;
    this.#push({ type: 'run.finished', ...this.#stamp(), run });
  }

  /** Called when the run could not be started: readers get the error. */
  fail(error: unknown): void {
    this.#isClosed = true;
    this.#failure = { error };
    this.#wake.resolve();
  }

  /**
   * Yields every event from the first on. Ends after `run.finished`, or throws the error passed to `fail`.
   * There can be any number of readers, at any time.
   */
  async *read(): AsyncGenerator<RunEvent, void, undefined> {
    for (let at = 0; ; at++) {
      while (at >= this.#events.length) {
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#isClosed) return;
        await this.#wake.promise;
      }
      const event = this.#events[at];
      if (event !== undefined) yield event;
    }
  }

  #stamp(): { seq: number; time: string } {
    return { seq: this.#firstSeq + this.#events.length, time: new Date().toISOString() };
  }

  #push(event: RunEvent): void {
    this.#events.push(event);
    const { resolve } = this.#wake;
    this.#wake = Promise.withResolvers<void>();
    resolve();
  }
}

/** Whether the box was cut off at a line that is longer than all lines together may be. */
export function isLongLine(error: Error): boolean {
  return error instanceof FrameTooLarge && error.type === frameTypes.log;
}
