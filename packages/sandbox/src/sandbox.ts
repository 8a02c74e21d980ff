import {
  CastellanError,
  type DriverName,
  type EngineName,
  type Layer,
  type Limits,
  type NetworkEntry,
  newId,
  NotJsonError,
  resolveLimits,
  type Reuse,
  type Run,
  type RunEvent,
  toStrictJson,
} from '@castellan/protocol';
import { availableParallelism } from 'node:os';
import type { ArtifactSink } from './artifacts/artifacts.ts';
import { type Checked, checkedOf, checkLimits, type CheckOptions } from './check/check.ts';
import { openCgroups } from './drivers/cgroup/open.ts';
import { chooseDriver, type IsolationChoice } from './drivers/choose.ts';
import type { BoxSpec } from './drivers/driver.ts';
import type { Helpers } from './helpers/helper.ts';
import {
  type NarrowedNetwork,
  type NetworkOptions,
  openNetwork,
  runNetwork,
  wayOut,
} from './options/network.ts';
import { helperTable } from './helpers/table.ts';
import { checkCheckingOptions, checkOptions, checkRunOptions } from './options/check.ts';
import { narrowedModules } from './options/modules.ts';
import { locateParts } from './options/parts.ts';
import { jobSource, type Source } from './options/source.ts';
import { Pool } from './pool/pool.ts';
import { Execution } from './run/execution.ts';
import type { Job } from './run/job.ts';

export interface SandboxOptions {
  /** What executes the script. Default `isolate`. */
  readonly engine?: EngineName;
  /** What builds the box. Default `auto`: the strongest that works here, never `none`. */
  readonly isolation?: IsolationChoice;
  /** Whether a process may serve the same tenant again, with a fresh isolate. Default `never`. */
  readonly reuse?: Reuse;
  /** Defaults for all runs; see `limitTable`. */
  readonly limits?: Partial<Limits>;
  /** Modules that scripts may import by name. */
  readonly modules?: readonly string[];
  /** What scripts may reach by `fetch`. Left out: nothing. */
  readonly network?: NetworkOptions;
  /** The host's functions that scripts may call. */
  readonly helpers?: Helpers;
  /** Boxes kept ready for the next run. Default 1. */
  readonly warm?: number;
  /** Runs at a time; others wait. Default four times the processors. */
  readonly concurrency?: number;
  /** No machine code is generated in the box; loops get about ten times slower. JavaScript only. */
  readonly jitless?: boolean;
  /** Layers without which a run is refused, `isolation_unavailable`. Default: none besides the driver's. */
  readonly floor?: readonly Layer[];
}

export interface RunOptions {
  /** Any JSON value, `{}` when left out; what JSON cannot carry is `invalid_params`. */
  readonly params?: unknown;
  /** Strings that the script sees as `env`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  /** Whose run it is. Two tenants never share a process. Default `default`. */
  readonly tenant?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
  /** Narrows the sandbox's modules; a name that it does not have is `invalid_option`. */
  readonly modules?: readonly string[];
  /** Narrows what the sandbox may reach: a host has to be in both lists. */
  readonly network?: NarrowedNetwork;
  /** What the record of the run says, for a caller that keeps records. */
  readonly record?: RunRecord;
  /** Where artifacts go as they appear; without it they stay in memory with the handle. */
  readonly keep?: ArtifactSink;
  /** Called after `run.started`, for a caller that writes it down; the script starts when it resolves. */
  readonly begin?: () => Promise<void>;
}

/** Where a run stands in a caller's own books. */
export interface RunRecord {
  /** `run_` and 32 hexadecimal digits. Default: a new one. */
  readonly id?: string;
  /** From 1. */
  readonly attempt?: number;
  /** The `seq` of the first event of this attempt, from 1. */
  readonly firstSeq?: number;
  readonly createdAt?: Date;
  readonly policy?: string;
}

/** A run under way: await it for the `Run`, iterate it for its events, or both. */
export interface RunHandle extends PromiseLike<Run>, AsyncIterable<RunEvent> {
  readonly id: string;
  /** The bytes of an artifact that has been announced by an event or by the run. */
  artifact(name: string): Uint8Array | undefined;
  /** Outbound requests that have ended, each step of a redirect counted. For the operator. */
  readonly network: readonly NetworkEntry[];
}

export interface Sandbox extends AsyncDisposable {
  readonly driver: DriverName;
  /** Runs a script. A failed script is a result; the promise rejects with a `CastellanError` only. */
  run(source: Source, options?: RunOptions): RunHandle;
  /** A function to call many times, each time a run of its own in a fresh global scope. */
  compile(
    source: Source,
  ): Promise<(params?: unknown, options?: Omit<RunOptions, 'params'>) => RunHandle>;
  /**
   * Reads a script in a box and runs nothing of it: syntax errors, modules that cannot be had, names
   * that nobody defines, each with its place. Advice only: no wall rests on it.
   */
  check(source: Source, options?: CheckOptions): Promise<Checked>;
  /** Cancels what runs and waits until nothing is left: no process, no folder, no cgroup. */
  close(): Promise<void>;
}

/** Prepares boxes on this machine. Throws `isolation_unavailable` rather than running without walls. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  checkOptions(options);
  const limits = resolveLimits(options.limits);
  const helpers = helperTable(options.helpers ?? {});
  const reuse = options.reuse ?? 'never';
  const specFor = ({ memoryBytes, cpuMs }: Limits): BoxSpec => ({
    engine: 'isolate',
    memoryBytes,
    cpuMs,
    jitless: options.jitless ?? false,
    reusable: reuse === 'tenant',
  });
  const parts = locateParts();
  await using opened = new AsyncDisposableStack();
  const cgroups = opened.use(await openCgroups());
  const driver = await chooseDriver(options.isolation ?? 'auto', parts, cgroups);
  const egress = opened.use(await openNetwork(options.network, limits));
  const pool = opened.use(
    new Pool({
      driver,
      reuse,
      warm: options.warm ?? 1,
      concurrency: options.concurrency ?? 4 * availableParallelism(),
      spec: specFor(limits),
      floor: options.floor ?? [],
    }),
  );
  const closing = new AbortController();

  const start = (source: Source, given: RunOptions = {}): RunHandle => {
    checkRunOptions(given);
    const job = jobOf(source, given);
    const execution = new Execution(job);
    const finished = execution.run((onTurn) => pool.take(specFor(job.limits), job.tenant, onTurn));
    finished.catch((error: unknown) => execution.journal.fail(error));
    return {
      id: job.id,
      // oxlint-disable-next-line unicorn/no-thenable -- a run is awaited for its result
      then: (onRun, onError) => finished.then(onRun, onError),
      [Symbol.asyncIterator]: () => execution.journal.read(),
      artifact: (name) => execution.artifacts.bytes(name),
      get network() {
        return execution.network;
      },
    };
  };

  const check = async (source: Source, given: CheckOptions = {}): Promise<Checked> => {
    checkCheckingOptions(given);
    const job: Job = { ...jobOf(source, given), mode: 'check' };
    const limited = { ...job, limits: checkLimits(job.limits) };
    const spec = specFor(job.limits);
    return checkedOf(await new Execution(limited).run((on) => pool.take(spec, job.tenant, on)));
  };

  const jobOf = (source: Source, given: RunOptions): Job => {
    const runLimits = resolveLimits(given.limits, limits);
    const { id, attempt, firstSeq, createdAt, policy }: RunRecord = given.record ?? {};
    const network = runNetwork(options.network, given.network, runLimits);
    return {
      id: id ?? newId('run'),
      attempt: attempt ?? 1,
      firstSeq: firstSeq ?? 1,
      policy: policy ?? 'default',
      mode: 'run',
      source: jobSource(source, runLimits.sourceBytes),
      params: paramsJson(given.params ?? {}, runLimits.paramsBytes),
      env: { ...given.env },
      limits: runLimits,
      helpers,
      modules: narrowedModules(options.modules ?? [], given.modules),
      tenant: given.tenant ?? 'default',
      labels: { ...given.labels },
      signal:
        given.signal === undefined
          ? closing.signal
          : AbortSignal.any([given.signal, closing.signal]),
      createdAt: createdAt ?? new Date(),
      keep: given.keep,
      begin: given.begin,
      wayOut: (onEntry) => wayOut(egress, network, runLimits, onEntry),
    };
  };

  await pool.warmUp();
  const held = opened.move();
  const close = async (): Promise<void> => {
    closing.abort();
    await held.disposeAsync();
  };
  return {
    driver: driver.name,
    run: start,
    compile: async (source) => {
      jobSource(source, limits.sourceBytes);
      return (params, given) => start(source, { ...given, params });
    },
    check,
    close,
    [Symbol.asyncDispose]: close,
  };
}

function paramsJson(params: unknown, paramsBytes: number): string {
  let json: string;
  try {
    json = toStrictJson(params, 'params');
  } catch (error) {
    if (!(error instanceof NotJsonError)) throw error;
    throw new CastellanError('invalid_params', `${error.message}.`);
  }
  const bytes = Buffer.byteLength(json);
  if (bytes <= paramsBytes) return json;
  throw new CastellanError(
    'params_too_large',
    `The params are ${bytes} bytes of JSON, paramsBytes allows ${paramsBytes}.`,
  );
}
