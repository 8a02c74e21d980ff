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
import type { Cgroups } from './drivers/cgroup/cgroups.ts';
import { openCgroups } from './drivers/cgroup/open.ts';
import { chooseDriver, type IsolationChoice } from './drivers/choose.ts';
import type { BoxParts, BoxSpec, Driver } from './drivers/driver.ts';
import type { Helpers } from './helpers/helper.ts';
import { openNetwork, type NetworkOptions, wayOut } from './options/network.ts';
import { helperTable } from './helpers/table.ts';
import { checkOptions, checkRunOptions } from './options/check.ts';
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
  /** Node engine: the absolute path of the `node_modules` that scripts may import from. */
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
  const parts = partsFor(options);
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

  const jobOf = (source: Source, given: RunOptions): Job => {
    checkRunOptions(given);
    const runLimits = resolveLimits(given.limits, limits);
    return {
      id: newId('run'),
      source: jobSource(source, runLimits.sourceBytes),
      params: paramsJson(given.params ?? {}, runLimits.paramsBytes),
      env: { ...given.env },
      limits: runLimits,
      helpers,
      engine,
      ca: engine === 'node' ? (options.network?.ca ?? null) : null,
      modules: options.modules ?? (engine === 'node' ? ['*'] : []),
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

function partsFor({ engine, nodeModules }: SandboxOptions): BoxParts {
  const parts = locateParts();
  return engine === 'node' && nodeModules !== undefined ? { ...parts, nodeModules } : parts;
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
