import type { LogLine, RunEvent } from '@castellan/protocol';
import { FrameError } from '@castellan/protocol/frames';
import type { Heartbeat, LaunchError, QueuedRun } from '../runs/launch.ts';

/**
 * One attempt as the API sees it: events come in as the launcher says them, and are read once, in
 * order. What its launcher says out of order breaks the launcher, not the run.
 */
export class Attempt {
  readonly #run: QueuedRun;
  #events: { readonly event: RunEvent | Heartbeat; readonly bytes: number }[] = [];
  readonly #lines: LogLine[] = [];
  readonly #onRead: (bytes: number) => void;
  #wake = Promise.withResolvers<void>();
  #nextSeq: number;
  #failure: LaunchError | undefined;
  #isOver = false;

  /** `onRead` hears of the bytes that wait no more. */
  constructor(run: QueuedRun, onRead: (bytes: number) => void) {
    this.#run = run;
    this.#nextSeq = run.firstSeq;
    this.#onRead = onRead;
  }

  /** Nothing more will come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Takes an event of so many bytes. Throws `FrameError` when it is not the one that has to come. */
  take(event: RunEvent, bytes: number): void {
    if (event.seq !== this.#nextSeq) throw new FrameError('an event is missing or came twice');
    this.#nextSeq++;
    if (event.type === 'log') this.#lines.push(lineOf(event));
    const isLast = event.type === 'run.finished';
    if (isLast && event.run.id !== this.#run.id) throw new FrameError('a run ended as another');
    this.#isOver = isLast;
    // The lines came one by one, so the launcher did not say them again.
    const whole = isLast ? { ...event, run: { ...event.run, logs: this.#lines } } : event;
    this.#events.push({ event: whole, bytes });
    this.#wake.resolve();
  }

  /** Its launcher lives. */
  beat(): void {
    // One that has not been read says as much as two.
    if (this.#isOver || this.#events.at(-1)?.event.type === 'heartbeat') return;
    this.#events.push({ event: { type: 'heartbeat' }, bytes: 0 });
    this.#wake.resolve();
  }

  fail(failure: LaunchError): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#failure = failure;
    this.#wake.resolve();
  }

  /** The events up to `run.finished`. Throws the failure once what came before it has been read. */
  async *read(): AsyncGenerator<RunEvent | Heartbeat, void, undefined> {
    for (;;) {
      // All at once: taking the first of a hundred thousand would move all others each time.
      const batch = this.#events;
      this.#events = [];
      let taken = 0;
      try {
        for (const { event, bytes } of batch) {
          taken++;
          this.#onRead(bytes);
          yield event;
          if (event.type === 'run.finished') return;
        }
      } finally {
        for (const { bytes } of batch.slice(taken)) this.#onRead(bytes);
      }
      if (this.#events.length > 0) continue;
      if (this.#failure !== undefined) throw this.#failure;
      this.#wake = Promise.withResolvers<void>();
      await this.#wake.promise;
    }
  }

  /** Nobody reads on: what still waits is forgotten. */
  abandon(): void {
    for (const { bytes } of this.#events.splice(0)) this.#onRead(bytes);
  }
}

function lineOf({ seq, time, stream, level, text }: LogLine): LogLine {
  return { seq, time, stream, level, text };
}
