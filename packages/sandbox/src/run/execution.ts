import {
  type Artifact,
  frameTypes,
  type Json,
  type NetworkEntry,
  type Reason,
  type ResultMessage,
  type Run,
} from '@castellan/protocol';
import { Artifacts } from '../artifacts/artifacts.ts';
import type { BrowserPool } from '../browser/browser.ts';
import { capsFor, isFetch } from '../channel/inbound.ts';
import type { RunMessage } from '../channel/link.ts';
import type { RunEgress } from '../egress/run-egress.ts';
import type { ReadyBox } from '../pool/pool.ts';
import { Browsing, fileOf } from './browsing.ts';
import { Calls } from './calls.ts';
import { isHarmless, limitCrossed, reasonOfExit, reasonOfFault } from './classify.ts';
import { Clock } from './clock.ts';
import { type Ending, endingFor, type Job, jobMessage } from './job.ts';
import { Fetches } from './fetches.ts';
import { Journal } from './journal.ts';
import { finishedRun, usageOf } from './report.ts';
import { type Taken, takeBoth } from './taking.ts';

/** How often a box is looked at; 20 ms let memory overshoot by about a tenth. */
const watchMs = 20;

/** One run, from a job to a `Run`: what the box says comes in, what it costs is watched from outside. */
export class Execution {
  readonly journal: Journal;
  readonly artifacts: Artifacts;
  readonly #job: Job;
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #clock = new Clock();
  #box: ReadyBox | undefined;
  #calls: Calls | undefined;
  #egress: RunEgress | undefined;
  #fetches: Fetches | undefined;
  #browsing: Browsing | undefined;
  #isOver = false;
  #startedAt: Date | null = null;

  /** Requests that have ended so far. */
  get network(): readonly NetworkEntry[] {
    return this.#egress?.log ?? [];
  }

  constructor(job: Job) {
    this.#job = job;
    this.journal = new Journal(job.limits);
    this.artifacts = new Artifacts(job.id, job.limits);
  }

  /**
   * Runs the job in a box from `take`, with a browser from `browsers` if it wants one. Resolves with
   * the finished run; rejects only when a caller's or our own fault kept the run from starting.
   */
  async run(
    take: (onWanted: () => void) => Promise<ReadyBox>,
    browsers: BrowserPool | undefined,
  ): Promise<Run> {
    const cancel = (): void => this.#end('cancelled', 'The run was cancelled');
    if (this.#job.signal?.aborted === true) cancel();
    this.#job.signal?.addEventListener('abort', cancel, { once: true });
    try {
      await using egress = this.#job.wayOut((entry) => this.journal.network(entry));
      this.#egress = egress;
      const taken = await takeBoth(
        (onTurn) =>
          take(() => {
            this.#clock.mark('turn');
            onTurn();
          }),
        async () => this.#takeBrowser(browsers, egress),
        this.#ended.promise,
      );
      if (taken !== undefined) await this.#runIn(taken, egress);
      return this.#finish(await this.#ended.promise, taken);
    } finally {
      this.#job.signal?.removeEventListener('abort', cancel);
    }
  }

  async #takeBrowser(
    browsers: BrowserPool | undefined,
    egress: RunEgress,
  ): Promise<Browsing | undefined> {
    if (browsers === undefined || this.#job.browser === null) return undefined;
    return Browsing.take(browsers, this.#job, egress, {
      onLog: (level, text) => this.#mayWrite(this.journal.log(level, text)),
      onArtifact: (name, type, bytes) => void this.#keep(name, type, bytes),
      files: (name) => fileOf(this.#job, this.artifacts, name),
    });
  }

  async #runIn({ box: ready, browsing }: Taken, egress: RunEgress): Promise<void> {
    const { box, link } = ready;
    const { limits } = this.#job;
    this.#box = ready;
    if (this.#isOver) return browsing?.[Symbol.asyncDispose]();
    box.startMetering();
    void box.exited.then((exit) => {
      const share = box.meter().memoryPeakBytes / limits.memoryBytes;
      const { reason, message } = reasonOfExit(exit, this.#clock.has('compiled'), share);
      this.#end(reason, message);
    });
    this.#calls = new Calls(this.#job, link);
    this.#fetches = new Fetches(egress, link);
    this.#browsing = browsing;
    browsing?.connect(link);
    browsing?.onClosed(({ reason, message }) => this.#end(reason ?? 'browser_crashed', message));
    this.#startedAt = new Date();
    this.#clock.mark('sent');
    this.journal.started();
    link.start(jobMessage(this.#job), capsFor(limits, browsing !== undefined), {
      receive: (message) => this.#receive(message),
      broken: (error) => {
        const { reason, message } = reasonOfFault(error, limits);
        this.#end(reason, message);
      },
    });
    const wall = setTimeout(
      () => this.#end('wall_timeout', `The run took longer than ${limits.wallMs} ms`),
      limits.wallMs,
    );
    const watch = setInterval(() => this.#watch(), watchMs);
    const { reason } = await this.#ended.promise;
    clearTimeout(wall);
    clearInterval(watch);
    if (!isHarmless(reason)) box.kill();
    if (browsing !== undefined) await this.#leaveBrowser(browsing, reason);
    await this.#fetches.stop();
  }

  async #leaveBrowser(browsing: Browsing, reason: Reason | null): Promise<void> {
    const picture = await browsing.leave(reason);
    const artifact = picture && this.artifacts.keep('failure.png', 'image/png', picture);
    if (artifact) this.journal.artifact(artifact);
  }

  #watch(): void {
    if (this.#box === undefined) return;
    const crossed = limitCrossed(this.#box.box.meter(), this.#job.limits);
    if (crossed !== undefined) this.#end(crossed.reason, crossed.message);
  }

  #receive(message: RunMessage): void {
    if (this.#isOver) return;
    if (isFetch(message)) return this.#fetches?.take(message);
    switch (message.type) {
      case 'compiled':
        return this.#clock.mark('compiled');
      case 'log':
        return this.#mayWrite(this.journal.log(message.level, message.text));
      case 'progress':
        return this.#mayWrite(this.journal.progress(message.fraction, message.text));
      case 'artifact': {
        const artifact = this.#keep(message.name, message.contentType, message.bytes);
        return artifact && this.#answer(message.id, artifact);
      }
      case 'cdpSend':
        return this.#browsing?.send(message.text);
      case 'call':
        return this.#calls?.take(message);
      case 'result':
        return this.#result(message.result, message.json);
    }
  }

  #mayWrite(fits: boolean): void {
    if (!fits)
      this.#end(
        'output_limit',
        `The run wrote more than ${this.#job.limits.outputBytes} bytes of logs`,
      );
  }

  /** Keeps an artifact and says so; `undefined` when it ended the run instead. */
  #keep(name: string, contentType: string | null, bytes: Uint8Array): Artifact | undefined {
    const { artifactBytes, artifactCount } = this.#job.limits;
    const artifact = this.artifacts.keep(name, contentType, bytes);
    if (artifact === undefined) {
      this.#end(
        'artifact_limit',
        `The run wrote more than ${artifactCount} artifacts or ${artifactBytes} bytes of them`,
      );
    } else if (!this.journal.artifact(artifact)) {
      this.#end('artifact_limit', 'The run wrote artifacts more often than is sensible');
    } else {
      return artifact;
    }
    return undefined;
  }

  #answer(id: number, { name, sizeBytes }: Artifact): void {
    const json = JSON.stringify({ name, sizeBytes });
    this.#box?.link.send(frameTypes.settle, { id, ok: true, json });
  }

  #result(result: ResultMessage, json: string): void {
    this.#clock.mark('compiled');
    if (!result.ok) {
      this.#endWith({ reason: result.reason, value: null, error: result.error });
      return;
    }
    if (Buffer.byteLength(json) > this.#job.limits.valueBytes) {
      this.#end(
        'output_limit',
        `The returned value is larger than ${this.#job.limits.valueBytes} bytes`,
      );
      return;
    }
    if (result.pending !== null) this.journal.log('warn', result.pending);
    this.#endWith({ reason: null, value: JSON.parse(json) as Json, error: null });
  }

  #end(reason: Reason, message: string): void {
    this.#endWith(endingFor(reason, message));
  }

  /** The first ending counts; the box is dead before anybody hears of it, unless it may be reused. */
  #endWith(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clock.mark('ended');
    this.#calls?.stop();
    this.#ended.resolve(ending);
  }

  #finish(ending: Ending, taken: Taken | undefined): Run {
    const ready = taken?.box;
    const usage = usageOf(ready, this.journal, this.#egress);
    const { reason } = ending;
    ready?.release(isHarmless(reason));
    const run = finishedRun({
      job: this.#job,
      ending,
      journal: this.journal,
      artifacts: this.artifacts.list(),
      usage,
      isolation: ready?.isolation,
      timings: this.#clock.timings(),
      startedAt: this.#startedAt,
    });
    this.journal.finished(run);
    return run;
  }
}
