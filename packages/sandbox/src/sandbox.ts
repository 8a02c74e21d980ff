import { availableParallelism } from 'node:os';
import { type DriverName, readLimits, resolveLimits } from '@castellan/protocol';
import { openBrowsers } from './browser/pool.ts';
import { openCgroups } from './walls/cgroup/open.ts';
import { chooseDrivers, needCgroup } from './choose-driver.ts';
import { locateParts, partsFor } from './boxes/runner/parts.ts';
import { openNetwork } from './egress/launcher/open-network.ts';
import { helperTable } from './helpers/table.ts';
import { policyFor } from './modules/modules.ts';
import { type ModuleOffer, moduleOffer } from './modules/offer.ts';
import type { RunOptions, SandboxOptions } from './options/options.ts';
import { usualStartMs } from './walls/start-time.ts';
import type { Source } from './options/source.ts';
import { checkOptions } from './options/valid.ts';
import { type BoxCounts, Pools } from './pool/pools.ts';
import type { Checked, CheckOptions } from './run/check.ts';
import type { RunHandle } from './run/handle.ts';
import { boxSpec, hasBrowsers } from './run/spec.ts';
import { Submitter } from './run/submit.ts';

/** Boxes on this machine, and what all runs in them share. Close it, or declare it with `await using`. */
export interface Sandbox extends AsyncDisposable {
  /** What builds the boxes of runs that ask for nothing else. */
  readonly driver: DriverName;
  /** What a run may ask for as its `isolation`; that one first. */
  readonly drivers: readonly DriverName[];
  /** What its scripts may import. */
  readonly offer: ModuleOffer;
  /** Its boxes of runners as they stand at this moment. */
  readonly boxes: BoxCounts;
  /**
   * Runs a script. Throws a `CastellanError` for options that cannot be used. A failed script is a
   * result: the handle's promise rejects only for a fault of
   * Castellan or of the machine.
   */
  run(source: Source, options?: RunOptions): RunHandle;
  /** A function to call many times, each time a run of its own in a fresh global scope. */
  compile(
    source: Source,
  ): Promise<(params?: unknown, options?: Omit<RunOptions, 'params'>) => RunHandle>;
  /**
   * Reads a script in a box and runs nothing of it: syntax errors, modules that cannot be had, names
   * that nobody defines, each with its place. Advice only: no layer rests on it.
   */
  check(source: Source, options?: CheckOptions): Promise<Checked>;
  /** Cancels what runs and waits until nothing is left: no process, no folder, no cgroup. */
  close(): Promise<void>;
}

/** Prepares boxes on this machine. Throws `isolation_unavailable` rather than running without them. */
export async function createSandbox(given: SandboxOptions = {}): Promise<Sandbox> {
  const options = checkOptions(given);
  const { engine = 'isolate', isolation = 'auto', reuse = 'never', browser, network } = options;
  const { boxStartMs: startMs = usualStartMs() } = options;
  const ownLimits = readLimits(options.limits);
  const limits = resolveLimits({}, ownLimits);
  const helpers = helperTable(options.helpers ?? {});
  const located = locateParts(engine, hasBrowsers(options));
  const modules = policyFor(engine, options, located.runnerDir);
  await using opened = new AsyncDisposableStack();
  const cgroups = opened.use(await openCgroups());
  const parts = partsFor(located, engine, modules);
  const [first, ...others] = await chooseDrivers(isolation, parts, cgroups, {
    engine,
    floor: options.floor ?? [],
    users: options.boxUsers,
    docker: options.docker,
  });
  if (options.childProcesses === true) needCgroup(first.runners, cgroups);
  const egress = opened.use(await openNetwork(network, limits, first.driver, { cgroups, startMs }));
  const pools = opened.use(
    new Pools([first.runners, ...others.map(({ runners }) => runners)], {
      reuse,
      warm: options.warm ?? 1,
      concurrency: options.concurrency ?? 4 * availableParallelism(),
      spec: boxSpec(options, limits),
      floor: options.floor ?? [],
      startMs,
    }),
  );
  const browsers = hasBrowsers(options)
    ? opened.use(
        await openBrowsers(typeof browser === 'object' ? browser : {}, first.driver, {
          cgroups,
          cpus: options.cpus,
          ca: network?.ca ?? null,
          startMs,
        }),
      )
    : undefined;
  const closing = new AbortController();
  const submitter = new Submitter({
    engine,
    limits: ownLimits,
    helpers,
    modules,
    network,
    egress,
    pools,
    browsers,
    specFor: (runLimits) => boxSpec(options, runLimits),
    closing: closing.signal,
  });
  await Promise.all([pools.warmUp(), browsers?.warmUp()]);
  const held = opened.move();
  const close = async (): Promise<void> => {
    closing.abort();
    await held.disposeAsync();
  };
  return {
    driver: first.runners.driver,
    drivers: pools.drivers,
    offer: moduleOffer(engine, modules, [...helpers.byPath.keys()]),
    get boxes() {
      return pools.counts;
    },
    run: (source, wanted) => submitter.run(source, wanted),
    async compile(source) {
      submitter.checkSource(source);
      return (params, wanted) => submitter.run(source, { ...wanted, params });
    },
    check: (source, wanted) => submitter.check(source, wanted),
    close,
    [Symbol.asyncDispose]: close,
  };
}
