import {
  type CallMessage,
  FrameTooLarge,
  frameTypes,
  type Json,
  type Limits,
  type Reason,
  type ResultMessage,
  type Run,
  type RunError,
  reasons,
  statusOf,
} from '@castellan/protocol';
import { Artifacts } from '../artifacts/artifacts.ts';
import { capsFor } from '../channel/inbound.ts';
import type { RunMessage } from '../channel/link.ts';
import { callHelper } from '../helpers/call.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { JobSource } from '../options/source.ts';
import type { ReadyBox } from '../pool/pool.ts';
import { reasonOfExit } from './classify.ts';
import { Journal } from './journal.ts';

/** Everything that is known about a run before it starts. */
export interface Job {
  readonly id: string;
  readonly source: JobSource;
  /** JSON text. */
  readonly params: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly helpers: HelperTable;
  /** What may be imported by name; see `JobMessage.modules`. */
  readonly modules: readonly string[] | undefined;
  readonly tenant: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly createdAt: Date;
}

/** How often a box is looked at; 20 ms let memory overshoot by about a tenth. */
const watchMs = 20;

interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  readonly error: RunError | null;
}

/** One run, from a job to a `Run`: what the box says comes in, what it costs is watched from outside. */
export class Execution {
  readonly journal: Journal;
  readonly artifacts: Artifacts;
  readonly #job: Job;
  readonly #accepted = performance.now();
  readonly #ended = Promise.withResolvers<Ending>();
  readonly #helpersDone = new AbortController();
  #box: ReadyBox | undefined;
  #openCalls = 0;
  #isOver = false;
  #startedAt: Date | null = null;
  #marks = { boxWanted: 0, sent: 0, compiled: 0, ended: 0 };

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
      const taking = take(() => (this.#marks.boxWanted = performance.now()));
      const box = await Promise.race([taking, this.#ended.promise.then(() => undefined)]);
      if (box === undefined) void taking.then((late) => late.release(false), () => undefined);
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
      const { reason, message } = reasonOfExit(exit, this.#marks.compiled > 0);
      this.#end(reason, message);
    });
    this.#startedAt = new Date();
    this.#marks.sent = performance.now();
    this.journal.started();
    link.start(this.#message(), capsFor(limits), {
      receive: (message) => this.#receive(message),
      broken: (error) => this.#broken(error),
    });
    const wall = setTimeout(() => this.#end('wall_timeout', `The run took longer than ${limits.wallMs} ms`), limits.wallMs);
    const watch = setInterval(() => this.#watch(), watchMs);
    await this.#ended.promise;
    clearTimeout(wall);
    clearInterval(watch);
  }

  #message(): object {
    const { source, params, env, helpers, modules, limits } = this.#job;
    const { outputBytes, valueBytes } = limits;
    return { ...source, params, env, helpers: helpers.tree, modules, outputBytes, valueBytes };
  }

  #watch(): void {
    const { limits } = this.#job;
    const { cpuMs, memoryBytes } = this.#box?.box.meter() ?? { cpuMs: 0, memoryBytes: 0 };
    if (memoryBytes > limits.memoryBytes) {
      this.#end('out_of_memory', `The run needed more than ${limits.memoryBytes} bytes of memory`);
    } else if (cpuMs > limits.cpuMs) {
      this.#end('cpu_timeout', `The run used more than ${limits.cpuMs} ms of processor time`);
    }
  }

  #receive(message: RunMessage): void {
    if (this.#isOver) return;
    switch (message.type) {
      case 'compiled':
        this.#marks.compiled = performance.now();
        return;
      case 'log':
        return this.#mayWrite(this.journal.log(message.level, message.text));
      case 'progress':
        return this.#mayWrite(this.journal.progress(message.fraction, message.text));
      case 'artifact':
        return this.#keep(message);
      case 'call':
        return this.#call(message);
      case 'result':
        return this.#result(message.result, message.json);
    }
  }

  #mayWrite(fits: boolean): void {
    if (!fits) this.#end('output_limit', `The run wrote more than ${this.#job.limits.outputBytes} bytes of logs`);
  }

  #keep({ id, name, contentType, bytes }: Extract<RunMessage, { type: 'artifact' }>): void {
    const { artifactBytes, artifactCount } = this.#job.limits;
    const artifact = this.artifacts.keep(name, contentType, bytes);
    if (artifact === undefined) {
      this.#end('artifact_limit', `The run wrote more than ${artifactCount} artifacts or ${artifactBytes} bytes of them`);
      return;
    }
    if (!this.journal.artifact(artifact)) {
      this.#end('artifact_limit', 'The run wrote artifacts more often than is sensible');
      return;
    }
    const { name: cleaned, sizeBytes } = artifact;
    this.#box?.link.send(frameTypes.settle, { id, ok: true, json: JSON.stringify({ name: cleaned, sizeBytes }) });
  }

  #call({ id, path, args }: CallMessage): void {
    const declared = this.#job.helpers.byPath.get(path);
    const isSync = id === 0;
    if (isSync !== (declared?.isSync ?? isSync)) throw new Error('a helper was called the wrong way');
    if (++this.#openCalls > 4_096) throw new Error('too many calls are open');
    const context = { signal: this.#helpersDone.signal, runId: this.#job.id };
    void callHelper(declared, { path, args }, context).then((answer) => {
      this.#openCalls--;
      if (this.#isOver) return;
      const message = { id, ...answer };
      if (isSync) this.#box?.link.reply(frameTypes.settle, message);
      else this.#box?.link.send(frameTypes.settle, message);
    });
  }

  #result(result: ResultMessage, json: string): void {
    this.#marks.compiled ||= performance.now();
    if (!result.ok) {
      this.#endWith({ reason: result.reason, value: null, error: result.error });
      return;
    }
    if (Buffer.byteLength(json) > this.#job.limits.valueBytes) {
      this.#end('output_limit', `The returned value is larger than ${this.#job.limits.valueBytes} bytes`);
      return;
    }
    if (result.pending !== null) this.journal.log('warn', result.pending);
    this.#endWith({ reason: null, value: JSON.parse(json) as Json, error: null });
  }

  #broken(error: Error): void {
    if (error instanceof FrameTooLarge && error.type === frameTypes.artifact) {
      this.#end('artifact_limit', `An artifact is larger than ${this.#job.limits.artifactBytes} bytes`);
    } else if (error instanceof FrameTooLarge && error.type !== frameTypes.call) {
      this.#end('output_limit', `The run wrote more at once than its limits allow: ${error.message}`);
    } else {
      this.#end('policy_violation', `The box broke the protocol: ${error.message}`);
    }
  }

  #end(reason: Reason, message: string): void {
    const name = reasons[reason].status === 'timed_out' ? 'TimeoutError' : 'Error';
    const error = { name, message, stack: `${name}: ${message}`, file: null, line: null, column: null };
    this.#endWith({ reason, value: null, error });
  }

  /** The first ending counts; the box is dead before anybody hears of it, unless it may be reused. */
  #endWith(ending: Ending): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#marks.ended = performance.now();
    this.#helpersDone.abort();
    this.#ended.resolve(ending);
  }

  #finish({ reason, value, error }: Ending, ready: ReadyBox | undefined): Run {
    const { id, limits, tenant, labels, createdAt } = this.#job;
    const metering = ready?.box.meter() ?? { cpuMs: 0, memoryPeakBytes: 0 };
    ready?.release(reason === null || harmless.has(reason));
    const { cpuMs, memoryPeakBytes } = metering;
    const run: Run = {
      id,
      status: statusOf(reason),
      reason,
      exitCode: null,
      attempt: 1,
      value,
      error,
      logs: this.journal.logs,
      truncated: { logs: this.journal.logsTruncated },
      artifacts: this.artifacts.list(),
      timings: this.#timings(),
      usage: {
        cpuMs,
        memoryPeakBytes,
        outputBytes: this.journal.outputBytes,
        networkRequests: 0,
        networkBytes: 0,
      },
      isolation: ready?.isolation ?? { driver: 'none', engine: 'isolate', reuse: 'never', layers: [] },
      limits,
      policy: 'default',
      runtime: null,
      tenant,
      labels,
      queue: { position: 0 },
      createdAt: createdAt.toISOString(),
      startedAt: this.#startedAt?.toISOString() ?? null,
      finishedAt: new Date().toISOString(),
    };
    this.journal.finished(run);
    return run;
  }

  #timings(): Run['timings'] {
    const { boxWanted, sent, compiled, ended } = this.#marks;
    const accepted = this.#accepted;
    const wanted = boxWanted || ended;
    const started = sent || ended;
    const ran = compiled || ended;
    return {
      queueMs: rounded(wanted - accepted),
      boxMs: rounded(started - wanted),
      compileMs: rounded(ran - started),
      runMs: rounded(ended - ran),
      totalMs: rounded(ended - accepted),
    };
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

/** Microseconds are as much as the clocks are worth. */
function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
}
