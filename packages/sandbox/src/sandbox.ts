import {
  CastellanError,
  type DriverName,
  type Limits,
  type NetworkEntry,
  newId,
  resolveLimits,
  type Run,
  type RunEvent,
} from '@castellan/protocol';
import { availableParallelism } from 'node:os';
import type { BrowserPool } from './browser/browser.ts';
import { openBrowsers } from './browser/pool.ts';
import { settingsFor } from './browser/settings.ts';
import { type Checked, checkedOf, checkLimits, type CheckOptions } from './run/check.ts';
import { openCgroups } from './drivers/cgroup/open.ts';
import { chooseDriver, needCgroup } from './drivers/choose.ts';
import type { BoxSpec } from './drivers/driver.ts';
import { openNetwork, runNetwork, openRunEgress } from './egress/launcher/open-network.ts';
import { helperTable } from './helpers/table.ts';
import { checkCheckingOptions, checkOptions, checkRunOptions } from './options/valid.ts';
import { modulePolicy, nodeModulePolicy } from './modules/modules.ts';
import { type ModuleOffer, moduleOffer } from './modules/offer.ts';
import type { RunOptions, RunRecord, SandboxOptions } from './options/options.ts';
import { paramsJson } from './options/params.ts';
import { locateParts, partsFor } from './drivers/parts.ts';
import { hasTypeScript, jobSource, type Source } from './options/source.ts';
import { Pool } from './pool/pool.ts';
import { Execution } from './run/execution.ts';
import type { Job } from './run/job.ts';

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
  readonly offer: ModuleOffer;
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
  const hasBrowsers = options.browser !== undefined && options.browser !== false;
  const specFor = ({ memoryBytes, cpuMs, processes }: Limits): BoxSpec => ({
    engine,
    memoryBytes,
    cpuMs,
    jitless: options.jitless ?? false,
    reusable: reuse === 'tenant',
    processes: options.childProcesses === true ? processes : 1,
    network: options.network !== undefined,
    browser: hasBrowsers,
  });
  const specOf = (job: Job): BoxSpec => ({
    ...specFor(job.limits),
    typescript: hasTypeScript(job.source),
  });
  const located = locateParts(hasBrowsers && engine === 'isolate');
  const modules =
    engine === 'node' ? nodeModulePolicy(options) : modulePolicy(options, located.runnerDir);
  const parts = partsFor(located, engine, {
    runtimeDir: modules.runtime?.folder,
    nodeModules: modules.nodeModules,
  });
  await using opened = new AsyncDisposableStack();
  const cgroups = opened.use(await openCgroups());
  const driver = await chooseDriver(options.isolation ?? 'auto', parts, cgroups, engine);
  if (options.childProcesses === true) needCgroup(driver, cgroups);
  const egress = opened.use(await openNetwork(options.network, limits, driver.name));
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
  const browsers: BrowserPool | undefined = hasBrowsers
    ? opened.use(await openBrowsers(options.browser === true ? {} : options.browser, cgroups))
    : undefined;
  const closing = new AbortController();

  const start = (source: Source, given: RunOptions = {}): RunHandle => {
    checkRunOptions(given);
    const job = jobOf(source, given);
    const execution = new Execution(job);
    const take = (onTurn: () => void) => pool.take(specOf(job), job.tenant, onTurn);
    const finished = closing.signal.aborted ? refuseClosed() : execution.run(take, browsers);
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
    const spec = specOf(job);
    return checkedOf(
      await new Execution(limited).run((on) => pool.take(spec, job.tenant, on), undefined),
    );
  };

  const jobOf = (source: Source, given: RunOptions): Job => {
    const runLimits = resolveLimits(given.limits, limits);
    const { id, attempt, firstSeq, createdAt, policy }: RunRecord = given.record ?? {};
    const network = runNetwork(options.network, given.network, runLimits);
    const checked = jobSource(source, runLimits.sourceBytes);
    if (!hasBrowsers && given.browser !== undefined && given.browser !== false) {
      throw new CastellanError(
        'invalid_option',
        'run: browser is wanted, but createSandbox was not told { browser: true }.',
      );
    }
    return {
      id: id ?? newId('run'),
      attempt: attempt ?? 1,
      firstSeq: firstSeq ?? 1,
      policy: policy ?? 'default',
      mode: 'run',
      source: checked,
      browser: settingsFor(given.browser ?? hasBrowsers, checked.files),
      params: paramsJson(given.params === undefined ? {} : given.params, runLimits.paramsBytes),
      env: { ...given.env },
      limits: runLimits,
      helpers,
      modules: modules.narrow(given.modules),
      runtime: modules.runtime?.name ?? null,
      noPackages: modules.noPackages ?? null,
      engine,
      ca: engine === 'node' ? (options.network?.ca ?? null) : null,
      tenant: given.tenant ?? 'default',
      labels: { ...given.labels },
      signal:
        given.signal === undefined
          ? closing.signal
          : AbortSignal.any([given.signal, closing.signal]),
      createdAt: createdAt ?? new Date(),
      keep: given.keep,
      begin: given.begin,
      wayOut: (onEntry) => openRunEgress(egress, network, runLimits, onEntry),
    };
  };

  await Promise.all([pool.warmUp(), browsers?.warmUp()]);
  const held = opened.move();
  const close = async (): Promise<void> => {
    closing.abort();
    await held.disposeAsync();
  };
  return {
    driver: driver.name,
    offer: moduleOffer(engine, modules),
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

async function refuseClosed(): Promise<never> {
  throw new CastellanError('sandbox_closed', 'The sandbox is closed.');
}
