import { newId, type RunError } from '@castellan/protocol';
import { caps, FrameError, frameTypes, type WorkerJob } from '@castellan/protocol/frames';
import { type Ending, endingBy, endingByFault, endingOf } from './ending.ts';
import { type Inmate, imprison } from './frame.ts';
import type { HelperTable } from './helpers.ts';
import { readWorkerMessage, type WorkerMessage } from './inbound.ts';
import { Journal, moreLogsThan, tooManyEvents } from './journal.ts';
import type { BrowserLimits } from './limits.ts';
import { type Marks, recordOf } from './record.ts';
import type { BrowserRun } from './run.ts';
import { type Transform, transformed, withWayOut } from './transform.ts';

/** What a run needs, checked. */
export interface Assignment {
  readonly job: WorkerJob;
  readonly limits: BrowserLimits;
  readonly labels: Readonly<Record<string, string>>;
  readonly helpers: HelperTable;
  /** Where the frame's document is served; undefined for one that is written into the page. */
  readonly frame: string | undefined;
  readonly transform: Transform | undefined;
  readonly signal: AbortSignal | undefined;
}

/** How long a frame may take to start its worker: a page that forbids it says so nowhere else. */
const startMs = 20_000;

/** One run, from the frame to the finished `BrowserRun`: reads what the worker posts, and ends it in time. */
export class Execution {
  readonly id = newId('run');
  readonly journal: Journal;
  readonly #assignment: Assignment;
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #createdAt = new Date();
  readonly #began = performance.now();
  readonly #marks: Marks = {};
  #startedAt: Date | null = null;
  /** What runs: what was given or, if that is no JavaScript, what the transform has made of it. */
  #source: string;
  #isTransformed = false;
  #program = '';
  #inmate: Inmate | undefined;
  /** Whether the worker has said that it is ready. */
  #isReady = false;
  #isOver = false;
  #openCalls = 0;
  #settled: { readonly json: string; pending: string | null } | undefined;
  #notes = 0;

  constructor(assignment: Assignment) {
    this.#assignment = assignment;
    this.#source = assignment.job.source;
    this.journal = new Journal(assignment.limits.outputBytes);
  }

  async run(): Promise<BrowserRun> {
    const { signal } = this.#assignment;
    const cancel = (): void => this.#end(endingBy('cancelled', 'The run was cancelled'));
    if (signal?.aborted === true) cancel();
    signal?.addEventListener('abort', cancel, { once: true });
    const tooLate = setTimeout(() => {
      if (this.#startedAt === null) this.#end(notStarted(startMs));
    }, startMs);
    try {
      const program = await import('./worker-source.js').catch(() => null);
      if (program === null) this.#end(notLoaded());
      // The page may have cancelled while the text was fetched.
      else if (!this.#isOver) this.#imprison((this.#program = program.workerSource));
      const ending = await this.#ended.promise;
      return this.#finish(ending);
    } finally {
      clearTimeout(tooLate);
      signal?.removeEventListener('abort', cancel);
      this.#inmate?.[Symbol.dispose]();
    }
  }

  #imprison(program: string): void {
    this.#inmate?.[Symbol.dispose]();
    this.#isReady = false;
    const inmate = imprison(program, this.#assignment.frame, (data) => {
      // Of a worker that is gone something may still be under way.
      if (!this.#isOver && inmate === this.#inmate) this.#take(data);
    });
    this.#inmate = inmate;
  }

  #take(data: unknown): void {
    try {
      this.#receive(readWorkerMessage(data, this.#assignment.limits));
    } catch (error) {
      this.#end(endingByFault(error, this.#assignment.limits));
    }
  }

  #receive(message: WorkerMessage): void {
    const { limits } = this.#assignment;
    if ((message.type === 'ready') === this.#isReady) {
      throw new FrameError(`it said ${message.type} when it could not be`);
    }
    switch (message.type) {
      case 'ready':
        return this.#start(message.missing);
      case 'compiled':
        this.#marks.compiled ??= performance.now();
        return;
      case 'log':
        if (!this.journal.log(message.level, message.text)) {
          this.#end(endingBy('output_limit', moreLogsThan(limits.outputBytes)));
        }
        return;
      case 'progress':
        if (!this.journal.progress(message.fraction, message.text)) {
          this.#end(endingBy('output_limit', tooManyEvents));
        }
        return;
      case 'call':
        return this.#call(message.id, message.path, message.args);
      case 'settled':
        if (this.#settled !== undefined) throw new FrameError('it settled twice');
        this.#settled = { json: message.json, pending: null };
        return;
      case 'waiting':
        if (this.#settled === undefined || ++this.#notes > 100_000)
          throw new FrameError('it waits');
        this.#settled.pending = message.pending;
        return;
      case 'result': {
        const { result, json } = message;
        const isUnread = this.#marks.compiled === undefined && !result.ok;
        if (isUnread && result.reason === 'syntax_error') return this.#unread(result.error);
        const ending = endingOf(result, json, limits);
        if (result.ok && ending.reason === null && result.pending !== null) {
          this.journal.log('warn', `Dropped at the end of the script: ${result.pending}.`);
        }
        this.#end(ending);
      }
    }
  }

  /** Gives the worker its job, unless it found a wall missing: a script runs behind all of them or not at all. */
  #start(missing: string | null): void {
    if (missing !== null) {
      const fix = 'Serve the frame as frameDocument has it';
      return this.#end(endingBy('box_failed', `The script was not run, since ${missing}. ${fix}.`));
    }
    const { job, limits } = this.#assignment;
    this.#isReady = true;
    if (this.#startedAt === null) {
      this.#startedAt = new Date();
      this.#marks.sent = performance.now();
      this.journal.started();
      const timer = setTimeout(() => this.#timeIsUp(), limits.wallMs);
      void this.#ended.promise.then(() => clearTimeout(timer));
    }
    const text = JSON.stringify({ ...job, source: this.#source });
    this.#inmate?.send([frameTypes.job, '{}', text]);
  }

  /** Nothing of the script has run: what the transform makes of it has a worker of its own. */
  #unread(error: RunError): void {
    const { transform, limits } = this.#assignment;
    const reason = 'syntax_error';
    if (transform === undefined || this.#isTransformed) {
      const told = transform === undefined ? withWayOut(error, this.#source) : error;
      return this.#end({ reason, value: null, error: told });
    }
    this.#isTransformed = true;
    const ending = new AbortController();
    void this.#ended.promise.then(() => ending.abort());
    void transformed(transform, this.#source, limits, ending.signal).then((made) => {
      if (this.#isOver) return;
      if ('ending' in made) return this.#end(made.ending);
      this.#source = made.source;
      this.#imprison(this.#program);
    });
  }

  #call(id: number, path: string, args: string): void {
    if (++this.#openCalls > caps.openCalls) throw new FrameError('too many calls are open');
    void this.#assignment.helpers.call(path, args).then((answer) => {
      this.#openCalls--;
      if (this.#isOver) return;
      this.#inmate?.send([frameTypes.settle, JSON.stringify({ id, ...answer }), null]);
    });
  }

  /** A script that has settled keeps its value when only its time is up. */
  #timeIsUp(): void {
    const { wallMs } = this.#assignment.limits;
    if (this.#isOver) return;
    if (this.#settled === undefined) {
      return this.#end(endingBy('wall_timeout', `The run took longer than ${wallMs} ms`));
    }
    const { json, pending } = this.#settled;
    const dropped = pending ?? 'what the script went on for';
    this.journal.log(
      'warn',
      `Dropped when wallMs (${wallMs} ms) was over: ${dropped}. The value is the one that the script had when it settled.`,
    );
    this.#end(endingOf({ ok: true, pending: null }, json, this.#assignment.limits));
  }

  /** The first ending counts; the worker ends with it. */
  #end(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#marks.ended = performance.now();
    this.#inmate?.[Symbol.dispose]();
    this.#ended.resolve(ending);
  }

  #finish(ending: Ending): BrowserRun {
    const run = recordOf(ending, {
      id: this.id,
      journal: this.journal,
      limits: this.#assignment.limits,
      labels: this.#assignment.labels,
      createdAt: this.#createdAt,
      startedAt: this.#startedAt,
      began: this.#began,
      marks: this.#marks,
    });
    this.journal.finished(run);
    return run;
  }
}

/** Browsers do not ask again for a module that did not come, until the page is loaded anew. */
function notLoaded(): Ending {
  return endingBy(
    'box_failed',
    "The worker's program could not be loaded. See that the page may load its own files, and load it again.",
  );
}

function notStarted(ms: number): Ending {
  return endingBy(
    'box_failed',
    `The frame did not start a worker within ${ms} ms. If this page has a Content-Security-Policy, it forbids the frame's own script: serve frameDocument at an address, allow that in frame-src, and give it as the option frame.`,
  );
}
