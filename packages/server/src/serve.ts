import { namesOf } from '@castellan/protocol';
import { auditFile } from './audit-file.ts';
import { listenForCopies } from './backup/control.ts';
import { openCalls } from './calls/calls.ts';
import type { Config } from './config/config.ts';
import { dataFolder } from './folder.ts';
import { Exchanges } from './exchanges/exchanges.ts';
import { openFunctions } from './functions/open.ts';
import { startValidator } from './functions/schema/validator.ts';
import { keepHeapSmall } from './heap.ts';
import { startsOf } from './http/admission/starts.ts';
import { tickCalls } from './http/admission/tick-calls.ts';
import { createApp } from './http/app.ts';
import { authenticationOf } from './http/callers/authenticate.ts';
import { listen, refusePort } from './http/listen.ts';
import type { AppOptions } from './http/options.ts';
import { listenServed, refuseServedPort } from './http/served/listen.ts';
import { findPages, type PageName, pagePaths, type Pages } from './http/page/files.ts';
import { openKeyAdmin } from './keys/open.ts';
import { openKv } from './kv/open.ts';
import { answersOf } from './launching/kv-answers.ts';
import { startLauncher } from './launching/launcher.ts';
import { noLauncher } from './launching/no-launcher.ts';
import { logDrain, logEnd, logLauncher, logStop, logUnbound, openLog } from './log.ts';
import { measure, measureFunctions, measureTimes } from './metrics.ts';
import type { EndedRun } from './runs/contract/launch.ts';
import { artifactsIn } from './artifacts-in.ts';
import { openRuns } from './runs/open.ts';
import { openSchedules } from './schedules/open.ts';
import { startTimekeeper } from './schedules/timekeeper.ts';
import { reloading } from './reload.ts';
import { openSecrets } from './secrets/open.ts';
import { openShares } from './shares/open.ts';
import { watchSecrets } from './unbound-secrets.ts';
import { openHooks } from './hooks.ts';
import { withSecrets } from './with-secrets.ts';
import { version } from './version.ts';
import { refuseLostHelpers, refuseNoWalls } from './floor.ts';
import { settingsOf, wordsOf } from './own-launcher.ts';

/**
 * The service on one machine. Disposing of it stops it at once; the next start recovers unfinished
 * runs.
 */
export interface RunningService extends AsyncDisposable {
  readonly url: string;
  /** The pages that are there, with their addresses. */
  readonly pages: readonly (readonly [name: PageName, url: string])[];
  /** Where functions answer over HTTP; null: nowhere. */
  readonly functionsUrl: string | null;
  /**
   * Accepts no more requests, lets runs end, and requeues those that take longer than
   * `queue.drainMs`. `signal`, the name of what asked for it, goes into the log.
   */
  drain(signal?: string): Promise<void>;
  /**
   * Reads the policies again. Those that are wrong change nothing, and the log says why; runs under way end as
   * they began. Never rejects.
   */
  reload(read: () => Promise<Config>): Promise<void>;
}

/**
 * Every policy has an offer from the launcher; this one stands in for a policy that does not exist.
 */
const noOffer = {
  engine: 'isolate',
  runtime: null,
  packages: [],
  builtins: [],
  modules: [],
  driver: 'none',
  drivers: [],
  helpers: [],
} as const;

/**
 * Starts launcher, store and API, and listens when all are ready. The launcher takes longest, so
 * the others start meanwhile. Throws if one of them cannot start.
 */
export async function serve(config: Config): Promise<RunningService> {
  const { defaultPolicy, keys, queue, store, artifacts } = config;
  const policies = new Map(config.policies);
  const { rates, trustedProxies, cors } = config;
  const pages = pagesOf(config);
  refuseNoWalls(config);
  refuseLostHelpers(config);
  await refusePort(config);
  await refuseServedPort(config.functions.http);
  keepHeapSmall();
  const folder = dataFolder(config.data);
  await using opened = new AsyncDisposableStack();
  const log = opened.use(openLog(config.logLevel));
  opened.use(logStop(log));
  const keyStore = opened.use(await openKeyAdmin(folder, store.url));
  const functions = opened.use(await openFunctions(folder, store.url, config.functions));
  const secrets = opened.use(await openSecrets(folder, store.url, config.secrets));
  const kv = opened.use(
    await openKv(folder, store.url, config.kv, (error) =>
      log.error({ err: error }, 'removing expired keys failed'),
    ),
  );
  const schedules = opened.use(await openSchedules(folder, store.url, config.schedules));
  const hooks = opened.use(await openHooks(folder, config));
  const validator = opened.use(startValidator());
  const exchanges = new Exchanges();
  const hasLauncher = config.launchers > 0;
  const launcher = opened.use(
    hasLauncher
      ? startLauncher({
          ...settingsOf(config, folder),
          onChange: (change) => logLauncher(log, change),
          exchanges,
          answerKv: answersOf(kv, policies),
        })
      : noLauncher(settingsOf(config, folder), log),
  );
  // Awaited below; an error of the others is reported before this one.
  launcher.ready.catch(() => undefined);
  const metrics = measure(launcher);
  const taking = [measureTimes(metrics), measureFunctions(metrics)];
  const takeEnd = (run: EndedRun): void => taking.forEach((take) => take(run));
  const launch = exchanges.launch(
    withSecrets(
      watchSecrets(launcher.launch, policies, (unbound) => logUnbound(log, unbound)),
      secrets,
      policies,
    ),
  );
  const runs = opened.use(
    await openRuns({
      folder,
      storeUrl: store.url,
      launch,
      capacity: hasLauncher ? queue.concurrency : 0,
      has: () => wordsOf(launcher.offers),
      queueLimit: queue.maxQueued,
      openArtifacts: await artifactsIn(artifacts, keyStore.tokenSecret),
      leaseMs: queue.leaseMs,
      retention: {
        runsMs: store.runsMs,
        logsMs: store.logsMs,
        storeBytes: store.bytes,
        artifactsMs: artifacts.keepMs,
        artifactBytes: artifacts.bytes,
      },
      log,
      onEnded: (run) => {
        takeEnd(run);
        logEnd(log, run);
        void hooks.ended(run);
      },
    }),
  );
  const calls = openCalls({
    launch,
    capacity: config.functions.concurrency,
    record: (call) => runs.record(call),
    log,
    onEnded: takeEnd,
  });
  if (runs.copyTo !== null) opened.use(await listenForCopies(folder, runs.copyTo));
  const shares = await openShares({
    ...config.shares,
    folder,
    url: store.url,
    onFault: (error) => log.error({ err: error }, 'removing old shares failed'),
  });
  if (shares !== null) opened.use(shares);
  const offered: AppOptions = {
    runs,
    calls,
    shares,
    functions,
    secrets,
    schedules,
    webhooks: hooks.webhooks,
    webhookPolicy: config.webhooks.policy,
    validator,
    keys: keyStore,
    policies,
    defaultPolicy,
    anonymousPolicy: keys.anonymousPolicy,
    check: launcher.check,
    watch: launcher.watch,
    offerOf: (policy) => launcher.offers.get(policy) ?? noOffer,
    launchers: () => (hasLauncher ? [launcher.state] : []),
    leaseMs: queue.leaseMs,
    startedAt: new Date().toISOString(),
    trustedProxies,
    cors,
    rates,
    pages,
    securityContacts: config.security.contacts,
    audit: auditFile(folder),
    log,
    metrics,
    version,
  };
  const starts = startsOf(offered);
  const app = await createApp(offered, starts);
  opened.defer(() => app.close());
  await launcher.ready;
  const authentication = authenticationOf(offered);
  const ticks = tickCalls({ invoke: starts.invoke, runs, authentication });
  const timekeeper = opened.use(startTimekeeper({ schedules, calls: ticks, log, wall: Date.now }));
  const delivering = opened.use(hooks.deliver({ ...offered, launch }));
  const { url } = await listen(app, config, keyStore);
  const { http } = config.functions;
  const { port } = http;
  const served =
    port === null
      ? null
      : opened.use(
          await listenServed(
            { ...offered, ...starts, exchanges, served: http },
            { ...http, port },
            keyStore,
          ),
        );
  const functionsUrl = served?.url ?? null;
  log.info({ url, functionsUrl, data: folder, policies: [...policies.keys()] }, 'listening');
  const reload = reloading({
    config,
    policies,
    log,
    replace: ({ policies: next, hasHelpers, file }) =>
      launcher.replace(settingsOf({ ...config, policies: next, hasHelpers, file }, folder)),
  });
  const held = opened.move();
  return {
    url,
    functionsUrl,
    reload,
    pages: pages.built === null ? [] : pages.names.map((name) => [name, url + pagePaths[name]]),
    drain: (signal) =>
      logDrain(log, runs, { signal, budgetMs: queue.drainMs }, async () => {
        await timekeeper[Symbol.asyncDispose]();
        await delivering[Symbol.asyncDispose]();
        await Promise.all([runs.drain(queue.drainMs), calls.drain(queue.drainMs)]);
      }),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function pagesOf(config: Config): Pages {
  return { built: findPages(), names: namesOf(pagePaths).filter((name) => config[name]) };
}
