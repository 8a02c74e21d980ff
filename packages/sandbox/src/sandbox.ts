import {
  CastellanError,
  type DriverName,
  type EngineName,
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
import { type Checked, checkedOf, checkLimits, type CheckOptions } from './check/check.ts';
import type { Cgroups } from './drivers/cgroup/cgroups.ts';
import { openCgroups } from './drivers/cgroup/open.ts';
import { chooseDriver, type IsolationChoice } from './drivers/choose.ts';
import type { BoxParts, BoxSpec, Driver } from './drivers/driver.ts';
import type { Helpers } from './helpers/helper.ts';
import { openNetwork, type NetworkOptions, wayOut } from './options/network.ts';
import { helperTable } from './helpers/table.ts';
import { checkCheckingOptions, checkOptions, checkRunOptions } from './options/check.ts';
import { type ModulePolicy, modulePolicy, nodeModulePolicy } from './options/modules.ts';
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
  /** A built runtime, by name or, with a "/" in it, by path; `null`: no packages. Default `2026.11`. */
  readonly runtime?: string | null;
  /**
   * Packages and Node built-ins that scripts may import, each with all below it; `*` is every
   * package. Left out: every package of the runtime, and no built-in; with the node engine, where
   * `node:*` is every built-in, all of those too.
   */
  readonly modules?: readonly string[];
  /** What scripts may reach by `fetch`. Left out: nothing. */
  readonly network?: NetworkOptions;
  /** The host's functions that scripts may call. */
  readonly helpers?: Helpers;
  /** Boxes kept ready for the next run. Default 1. */
  readonly warm?: number;
  /** Runs at a time; others wait. Default four times the processors. */
  readonly concurrency?: number;
  /** Node engine: the absolute path of the `node_modules` to import from, in place of a runtime's. */
  readonly nodeModules?: string;
  /** Node engine: scripts may start processes, of Node itself. Needs a cgroup. Default false. */
  readonly childProcesses?: boolean;
  /** No machine code is generated in the box; loops get about ten times slower. JavaScript only. */
  readonly jitless?: boolean;
}

export interface RunOptions {
  /** Any JSON value, `{}` when left out; what JSON cannot carry is `invalid_params`. */
  readonly params?: unknown;
  /** Strings that the script sees as `env`. */
  readonly env?: Readonly<Record<string, string>>;
  readonly limits?: Partial<Limits>;
  /** What of the sandbox's modules this run may import; can narrow, never widen. */
  readonly modules?: readonly string[];
  /** Whose run it is. Two tenants never share a process. Default `default`. */
  readonly tenant?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Cancels the run. */
  readonly signal?: AbortSignal;
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
  const engine = options.engine ?? 'isolate';
  const specFor = ({ memoryBytes, cpuMs, processes }: Limits): BoxSpec => ({
    engine,
    memoryBytes,
    cpuMs,
    jitless: options.jitless ?? false,
    reusable: reuse === 'tenant',
    processes: options.childProcesses === true ? processes : 1,
    network: options.network !== undefined,
  });
  const located = locateParts();
  const modules =
    engine === 'node' ? nodeModulePolicy(options) : modulePolicy(options, located.runnerDir);
  const parts = partsFor(located, options, modules);
  await using opened = new AsyncDisposableStack();
  const cgroups = opened.use(await openCgroups());
  const driver = await chooseDriver(options.isolation ?? 'auto', parts, cgroups, engine);
  if (options.childProcesses === true) needCgroup(driver, cgroups);
  const egress = opened.use(await openNetwork(options.network, limits));
  const pool = opened.use(
    new Pool({
      driver,
      reuse,
      warm: options.warm ?? 1,
      concurrency: options.concurrency ?? 4 * availableParallelism(),
      spec: specFor(limits),
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
    return {
      id: newId('run'),
      mode: 'run',
      source: jobSource(source, runLimits.sourceBytes),
      params: paramsJson(given.params ?? {}, runLimits.paramsBytes),
      env: { ...given.env },
      limits: runLimits,
      helpers,
      modules: modules.narrow(given.modules),
      runtime: modules.runtime?.name ?? null,
      engine,
      tenant: given.tenant ?? 'default',
      labels: { ...given.labels },
      signal:
        given.signal === undefined
          ? closing.signal
          : AbortSignal.any([given.signal, closing.signal]),
      createdAt: new Date(),
      wayOut: (onEntry) => wayOut(egress, options.network, runLimits, onEntry),
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

/** Without a cgroup, what a script's processes use would be seen by nobody. */
function needCgroup({ name }: Driver, { mode, detail }: Cgroups): void {
  if (mode !== 'none' || name === 'none') return;
  throw new CastellanError(
    'isolation_unavailable',
    `childProcesses needs a cgroup, which bounds what they use together: ${detail}.`,
  );
}

function partsFor(
  parts: BoxParts,
  { engine }: SandboxOptions,
  { runtime, nodeModules }: ModulePolicy,
): BoxParts {
  if (engine === 'node') return nodeModules === undefined ? parts : { ...parts, nodeModules };
  return runtime === undefined ? parts : { ...parts, runtimeDir: runtime.folder };
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
