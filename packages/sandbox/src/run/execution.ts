import {
  frameTypes,
  type Json,
  type NetworkEntry,
  type Reason,
  type ResultMessage,
  type Run,
  reasons,
} from '@castellan/protocol';
import { Artifacts } from '../artifacts/artifacts.ts';
import { capsFor, isFetch } from '../channel/inbound.ts';
import type { RunMessage } from '../channel/link.ts';
import type { RunEgress } from '../egress/run-egress.ts';
import type { ReadyBox } from '../pool/pool.ts';
import { Calls } from './calls.ts';
import { hasExited, reasonOfExit, reasonOfFault } from './classify.ts';
import { Clock } from './clock.ts';
import type { Ending, Job } from './job.ts';
import { Fetches } from './fetches.ts';
import { Journal } from './journal.ts';
import { finishedRun, usageOf } from './report.ts';

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
   * Runs the job in a box from `take`. Resolves with the finished run; rejects only when a caller's
   * or our own fault kept the run from starting.
   */
  async run(take: (onWanted: () => void) => Promise<ReadyBox>): Promise<Run> {
    const cancel = (): void => this.#end('cancelled', 'The run was cancelled');
    if (this.#job.signal?.aborted === true) cancel();
    this.#job.signal?.addEventListener('abort', cancel, { once: true });
    try {
      const taking = take(() => this.#clock.mark('turn'));
      const box = await Promise.race([taking, this.#ended.promise.then(() => undefined)]);
      if (box === undefined) void taking.then((late) => late.release(false)).catch(() => undefined);
      else await this.#runIn(box);
      return this.#finish(await this.#ended.promise, box);
    } finally {
      this.#job.signal?.removeEventListener('abort', cancel);
    }
  }

  async #runIn(ready: ReadyBox): Promise<void> {
    const { box, link } = ready;
    const { limits } = this.#job;
    this.#box = ready;
    if (this.#isOver) return;
    box.startMetering();
    void box.exited.then((exit) => {
      const share = box.meter().memoryPeakBytes / limits.memoryBytes;
      const compiled = this.#clock.has('compiled');
      if (ready.isolation.engine === 'node' && hasExited(exit)) this.#exit(exit.code);
      const { reason, message } = reasonOfExit(exit, compiled, share);
      this.#end(reason, message);
    });
    this.#calls = new Calls(this.#job, link);
    this.#egress = this.#job.wayOut((entry) => this.journal.network(entry));
    this.#fetches = new Fetches(this.#egress, link);
    this.#startedAt = new Date();
    this.#clock.mark('sent');
    this.journal.started();
    link.start(this.#message(), capsFor(limits, ready.isolation.engine), {
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
    await this.#ended.promise;
    clearTimeout(wall);
    clearInterval(watch);
    await this.#fetches.stop();
  }

  #message(): object {
    const { source, params, env, helpers, modules, limits, ca } = this.#job;
    const { outputBytes, valueBytes } = limits;
    return { ...source, params, env, helpers: helpers.tree, modules, outputBytes, valueBytes, ca };
  }

  #watch(): void {
    const { limits } = this.#job;
    const { cpuMs, memoryBytes } = this.#box?.box.meter() ?? { cpuMs: 0, memoryBytes: 0 };
    if (memoryBytes > limits.memoryBytes) {
      this.#end('out_of_memory', `The run needed more than ${limits.memoryBytes} bytes of memory`);
    } else if (cpuMs > limits.cpuMs) {
      this.#end('cpu_timeout', `The run used more than ${limits.cpuMs} ms of processor time`);
    } else if (this.#box?.isolation.engine === 'node' && this.#box.box.isOvercrowded()) {
      this.#end('process_limit', 'The run started more processes or threads than it may');
    }
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
      case 'artifact':
        return this.#keep(message);
      case 'call':
        return this.#calls?.take(message);
      case 'exit':
        return this.#exit(message.code);
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

  #keep({ id, name, contentType, bytes }: Extract<RunMessage, { type: 'artifact' }>): void {
    const { artifactBytes, artifactCount } = this.#job.limits;
    const artifact = this.artifacts.keep(name, contentType, bytes);
    if (artifact === undefined) {
      this.#end(
        'artifact_limit',
        `The run wrote more than ${artifactCount} artifacts or ${artifactBytes} bytes of them`,
      );
      return;
    }
    if (!this.journal.artifact(artifact)) {
      this.#end('artifact_limit', 'The run wrote artifacts more often than is sensible');
      return;
    }
    const { name: cleaned, sizeBytes } = artifact;
    this.#box?.link.send(frameTypes.settle, {
      id,
      ok: true,
      json: JSON.stringify({ name: cleaned, sizeBytes }),
    });
  }

  #result(result: ResultMessage, json: string): void {
    this.#clock.mark('compiled');
    if (!result.ok) {
      this.#endWith({ reason: result.reason, value: null, error: result.error, exitCode: null });
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
    const exitCode = this.#box?.isolation.engine === 'node' ? 0 : null;
    this.#endWith({ reason: null, value: JSON.parse(json) as Json, error: null, exitCode });
  }

  /** The script ended its process. The code is its own word for how it went, whoever says it. */
  #exit(code: number): void {
    if (code === 0) this.#endWith({ reason: null, value: null, error: null, exitCode: 0 });
    else this.#end('exit_nonzero', `The script exited with code ${code}`, code);
  }

  #end(reason: Reason, message: string, exitCode: number | null = null): void {
    const name = reasons[reason].status === 'timed_out' ? 'TimeoutError' : 'Error';
    const error = {
      name,
      message,
      stack: `${name}: ${message}`,
      file: null,
      line: null,
      column: null,
    };
    this.#endWith({ reason, value: null, error, exitCode });
  }

  /** The first ending counts; the box is dead before anybody hears of it, unless it may be reused. */
  #endWith(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#clock.mark('ended');
    this.#calls?.stop();
    this.#ended.resolve(ending);
  }

  #finish(ending: Ending, ready: ReadyBox | undefined): Run {
    const usage = usageOf(ready, this.journal, this.#egress);
    const { reason } = ending;
    ready?.release(reason === null || harmless.has(reason));
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

/** Endings after which a process is as good as new: no limit was hit and nothing crashed. */
const harmless: ReadonlySet<Reason> = new Set([
  'uncaught_exception',
  'no_entry',
  'value_not_serializable',
  'module_denied',
  'module_not_found',
]);
