import type { LogLine } from '@castellan/protocol';
import { FrameError } from '@castellan/protocol/frames';
import type { AttemptEvent, Heartbeat, LaunchError, QueuedRun } from '../runs/contract/launch.ts';

/**
 * One attempt on the API's side. Queues the events of the launcher, which are read once, in order. An
 * event out of order is a protocol error of the launcher, not of the run.
 */
export class AttemptEvents {
  readonly #run: QueuedRun;
  #events: { readonly event: AttemptEvent | Heartbeat; readonly bytes: number }[] = [];
  readonly #lines: LogLine[] = [];
  readonly #onRead: (bytes: number) => void;
  #wake = Promise.withResolvers<void>();
  #nextSeq: number;
  #failure: LaunchError | undefined;
  #isOver = false;

  /** `onRead` is called with the number of bytes that have left the queue. */
  constructor(run: QueuedRun, onRead: (bytes: number) => void) {
    this.#run = run;
    this.#nextSeq = run.firstSeq;
    this.#onRead = onRead;
  }

  /** What is attempted. */
  get run(): QueuedRun {
    return this.#run;
  }

  get runId(): string {
    return this.#run.id;
  }

  /** Whether the attempt has ended: no more events will come. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Queues an event with its size in bytes. Throws `FrameError` when it is out of order. */
  take(event: AttemptEvent, bytes: number): void {
    if (event.seq !== this.#nextSeq) throw new FrameError('an event is missing or came twice');
    this.#nextSeq++;
    if (event.type === 'log') this.#lines.push(lineOf(event));
    const isLast = event.type === 'run.finished';
    if (isLast && event.run.id !== this.#run.id) throw new FrameError('a run ended as another');
    this.#isOver = isLast;
    // The lines came one by one, so the launcher left them out of the run.
    const whole = isLast ? { ...event, run: { ...event.run, logs: this.#lines } } : event;
    this.#events.push({ event: whole, bytes });
    this.#wake.resolve();
  }

  /** Queues a heartbeat: the launcher is alive. */
  beat(): void {
    // One unread heartbeat is enough.
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

  /** Yields the events up to `run.finished`. Throws the failure after all events before it. */
  async *read(): AsyncGenerator<AttemptEvent | Heartbeat, void, undefined> {
    for (;;) {
      // Takes the whole queue at once: to shift one of a hundred thousand moves all others.
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

  /** Called when nobody reads any more. Drops the queue. */
  abandon(): void {
    for (const { bytes } of this.#events.splice(0)) this.#onRead(bytes);
  }
}

function lineOf({ seq, time, stream, level, text }: LogLine): LogLine {
  return { seq, time, stream, level, text };
}
