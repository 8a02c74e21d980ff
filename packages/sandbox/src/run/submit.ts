import {
  CastellanError,
  type EngineName,
  engines,
  type Limits,
  newId,
  resolveLimits,
  type Run,
} from '@castellan/protocol';
import { wholeInput } from '@castellan/protocol/run-input';
import type { BrowserPool } from '../browser/browser.ts';
import { settingsFor } from '../browser/settings.ts';
import type { BoxSpec } from '../boxes/runner/box.ts';
import type { Egress } from '../egress/launcher/egress.ts';
import { openRunEgress, runNetwork } from '../egress/launcher/open-network.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { ModulePolicy } from '../modules/modules.ts';
import type { RunOptions, SandboxOptions } from '../options/options.ts';
import { paramsJson, refuseLargeStdin } from '../options/params.ts';
import { hasTypeScript, jobSource, type Source } from '../options/source.ts';
import { checkCheckingOptions, checkRunOptions } from '../options/valid.ts';
import type { Pools } from '../pool/pools.ts';
import { type Checked, checkedOf, checkLimits, type CheckOptions } from './check.ts';
import { withExchange } from './exchange.ts';
import { Execution } from './execution.ts';
import { runHandle, type RunHandle } from './handle.ts';
import type { Job } from './job.ts';
import { maskOf } from './mask.ts';
import { secretEnv } from './secrets.ts';

/** What a sandbox has put together, and each of its runs uses. */
export interface Workplace {
  readonly engine: EngineName;
  /** Defaults of its runs that its owner has set. */
  readonly limits: Partial<Limits>;
  readonly helpers: HelperTable;
  readonly modules: ModulePolicy;
  readonly network: SandboxOptions['network'];
  readonly egress: Egress | undefined;
  readonly pools: Pools;
  readonly browsers: BrowserPool | undefined;
  /** The box that a run with these limits needs. */
  readonly specFor: (limits: Limits) => BoxSpec;
  /** Aborts when the sandbox is closed. */
  readonly closing: AbortSignal;
}

/** Takes runs and checks for a sandbox. */
export class Submitter {
  readonly #at: Workplace;

  constructor(workplace: Workplace) {
    this.#at = workplace;
  }

  /** Throws for options that cannot be used; whatever happens later is the handle's. */
  run(source: Source, options: RunOptions = {}): RunHandle {
    const job = this.#job(source, checkRunOptions(options));
    const execution = new Execution(job);
    const finished = this.#start(job, execution, this.#at.browsers);
    finished.catch((error: unknown) => execution.journal.fail(error));
    return runHandle(finished, {
      id: job.id,
      artifact: (name) => execution.artifacts.bytes(name),
      pages: ({ signal } = {}) => execution.pages.read(signal),
      network: () => execution.network,
      valueJson: () => execution.valueJson,
      events: () => execution.journal.read(),
    });
  }

  async check(source: Source, options: CheckOptions = {}): Promise<Checked> {
    const job = this.#job(source, checkCheckingOptions(options), 'check');
    const limited = { ...job, limits: checkLimits(job.limits) };
    return checkedOf(await this.#start(job, new Execution(limited), undefined));
  }

  /** Throws for a source that cannot be used. */
  checkSource(source: Source): void {
    jobSource(source, resolveLimits({}, this.#at.limits).sourceBytes);
  }

  /** The spec of the box is that of the job, whatever the execution itself is limited to. */
  async #start(job: Job, execution: Execution, browsers: BrowserPool | undefined): Promise<Run> {
    const { closing, pools, specFor } = this.#at;
    if (closing.aborted) {
      throw new CastellanError('sandbox_closed', 'The sandbox is closed.');
    }
    const spec = { ...specFor(job.limits), typescript: hasTypeScript(job.source) };
    const pool = pools.of(job.input.isolation);
    const whose = { tenant: job.reusableBy, program: job.program };
    return execution.run((onTurn) => pool.take(spec, whose, onTurn), browsers);
  }

  #job(given: Source, options: RunOptions, mode: Job['mode'] = 'run'): Job {
    const { engine, helpers, modules, browsers, egress, pools, closing } = this.#at;
    // What comes in has the same bounds with a browser and without one.
    const { paramsBytes, sourceBytes } = resolveLimits(options.limits, this.#at.limits);
    const params = paramsJson(options.params === undefined ? {} : options.params, paramsBytes);
    const { secrets = {} } = options;
    const asked = wholeInput(options, params);
    const input = { ...asked, env: { ...asked.env, ...secretEnv(secrets, asked.env) } };
    refuseLargeStdin(input.stdin, paramsBytes);
    pools.of(input.isolation);
    if (browsers === undefined && input.browser !== null && input.browser !== false) {
      throw new CastellanError(
        'invalid_option',
        'browser is wanted, but createSandbox was not told { browser: true }.',
        { option: 'browser', value: input.browser, fix: 'createSandbox({ browser: true })' },
      );
    }
    if (browsers === undefined && input.record?.video === true) {
      throw new CastellanError(
        'invalid_option',
        'record.video is wanted, but createSandbox was not told { browser: true }.',
        { option: 'record.video', value: true, fix: 'createSandbox({ browser: true })' },
      );
    }
    const source = jobSource(given, sourceBytes);
    const wanted = input.browser ?? browsers !== undefined;
    const browser = settingsFor(wanted, input.timezone, source.files);
    const hasBrowser = mode === 'run' && browser !== null;
    const limits = resolveLimits(options.limits, this.#at.limits, hasBrowser);
    const network = runNetwork(this.#at.network, input.network, limits, secrets);
    const { exchange = null } = options;
    const { id, attempt, firstSeq, createdAt, policy, keep, recall, begin } = options.books ?? {};
    return {
      id: id ?? newId('run'),
      attempt: attempt ?? 1,
      firstSeq: firstSeq ?? 1,
      policy: policy ?? 'default',
      createdAt: createdAt ?? new Date(),
      keep,
      recall,
      begin,
      mode,
      source,
      input,
      limits,
      mask: maskOf(this.#at.network?.secrets, secrets),
      helpers: withExchange(helpers, exchange),
      request: exchange?.head ?? null,
      modules: modules.narrow(input.modules ?? undefined),
      runtime: modules.runtime?.name ?? null,
      noPackages: modules.noPackages ?? null,
      tenant: options.tenant ?? 'default',
      reusableBy: options.tenant ?? null,
      // A browser is never used again, nor is a box that has had one.
      program: mode === 'run' && browser === null ? (options.program ?? null) : null,
      browser,
      engine,
      ca: engines[engine].hasNode ? (this.#at.network?.ca ?? null) : null,
      signal: options.signal === undefined ? closing : AbortSignal.any([options.signal, closing]),
      openEgress: (onEntry) => openRunEgress(egress, network, limits, onEntry),
    };
  }
}
