import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { CastellanError } from '@castellan/protocol';
import { defaultBoxUsers, usualBoxStartMs } from '@castellan/protocol/kinds';
import { type LauncherChange, startLauncher } from '../launching/launcher.ts';
import type { ConfigureMessage } from '../launching/messages.ts';
import type { Log } from '../runs/contract/log.ts';
import type { Errand, HandedRun } from '../runs/contract/work.ts';
import { carryOut } from './outbox.ts';
import { scratchFolder } from './scratch.ts';
import { RefusedByService, serviceAt, type WorkPolicies } from './service.ts';

export interface WorkerOptions {
  readonly url: URL;
  readonly key: string;
  /** Runs at a time; null: four for each processor. */
  readonly concurrency: number | null;
  /** What runs may ask for. */
  readonly labels: Readonly<Record<string, string>>;
  /** The policies that it serves; null: all of the key. */
  readonly policies: readonly string[] | null;
  /** Called once, when it takes runs. */
  readonly onReady: (policies: readonly string[]) => void;
}

/** Of the program around it. */
export interface WorkerParts {
  readonly log: Log;
  readonly version: string;
  readonly onChange: (change: LauncherChange) => void;
}

/**
 * Serves as a launcher of a service on another machine, until `stop` aborts and the runs that it has have ended.
 * Throws a `CastellanError` when the service or this machine says no.
 */
export async function work(
  options: WorkerOptions,
  { log, version, onChange }: WorkerParts,
  stop: AbortSignal,
): Promise<void> {
  const { url, key, labels } = options;
  const concurrency = options.concurrency ?? 4 * availableParallelism();
  await using opened = new AsyncDisposableStack();
  const { path: artifactsFolder } = opened.use(scratchFolder());
  const nonce = randomBytes(16).toString('hex');
  const onAway = (why: string): void => log.warn({ url: url.origin, why }, 'the service is away');
  const service = serviceAt({ url, key, nonce, onAway });

  let read = await service.policies(stop).catch((error: unknown) => {
    throw asRefusal(error);
  });
  checkVersion(read.version, version);
  const settingsOf = ({ leaseMs, policies }: WorkPolicies): ConfigureMessage => ({
    policies: chosen(policies, options.policies),
    configFile: null,
    artifactsFolder,
    boxUsers: defaultBoxUsers,
    boxStartMs: usualBoxStartMs(process.env),
    concurrency,
    leaseMs,
  });
  const launcher = opened.use(startLauncher({ ...settingsOf(read), onChange }));
  await launcher.ready;
  options.onReady([...launcher.offers.keys()]);

  const holds = new Map<string, Held>();
  /** The last leases that it was given. */
  const begun = new Map<string, number>();
  /** Another poll is needed: there is more room than the last one said. */
  let news = Promise.withResolvers<void>();
  const over = new AbortController();

  const start = (handed: HandedRun): void => {
    const { id } = handed.run;
    // It was handed again, since the first answer might have been lost.
    if ((begun.get(id) ?? -1) >= handed.lease) return;
    begun.delete(id);
    begun.set(id, handed.lease);
    const [oldest = ''] = begun.keys();
    if (begun.size > mostBegun) begun.delete(oldest);
    const cancel = new AbortController();
    holds.get(id)?.cancel.abort();
    const held = { lease: handed.lease, cancel };
    holds.set(id, held);
    const onLost = (runId: string, why: string): void => log.warn({ runId, why }, 'a run was lost');
    const parts = { launch: launcher.launch, service, artifactsFolder, onLost };
    void carryOut(parts, handed, cancel.signal).then(() => {
      if (holds.get(id) === held) holds.delete(id);
      news.resolve();
    });
  };
  const refusals: unknown[] = [];
  const refuse = (error: unknown): void => {
    if (!over.signal.aborted) refusals.push(error);
    news.resolve();
  };
  const readAgain = async (): Promise<void> => {
    read = await service.policies(over.signal);
    await launcher.replace(settingsOf(read));
    log.info({ policies: [...launcher.offers.keys()] }, 'the policies were read again');
  };
  const follow = ({ runs, cancelled, digest }: Errand & { digest: string }): void => {
    for (const id of cancelled) holds.get(id)?.cancel.abort();
    for (const handed of runs) start(handed);
    if (digest === read.digest) return;
    // Once for each change, however many answers tell of it.
    read = { ...read, digest };
    readAgain().catch(refuse);
  };

  let lastPoll = 0;
  const open = new Set<number>();
  const poll = async (): Promise<void> => {
    const policies = [...launcher.offers].map(([name, { drivers }]) => [name, drivers] as const);
    const asked = {
      version,
      policies: Object.fromEntries(policies),
      labels,
      free: stop.aborted ? 0 : Math.max(0, concurrency - holds.size),
      number: ++lastPoll,
      open: [...open],
      holds: [...holds.keys()],
    };
    open.add(asked.number);
    // An answer that is late is asked for again, so that no lease ends by it.
    const answer = service.lease(asked, over.signal, Math.ceil((2 * read.leaseMs) / 3));
    follow(await answer.finally(() => open.delete(asked.number)));
  };
  const stopped = new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    stop.addEventListener('abort', () => resolve(), { once: true });
  }).then(() => news.resolve());

  while (refusals.length === 0 && !(stop.aborted && holds.size === 0)) {
    news = Promise.withResolvers();
    const full = holds.size >= concurrency || stop.aborted;
    const polled = poll().catch(refuse);
    // While it is full, the poll says that it lives; when it is not any more, a newer one takes its place.
    await (full ? Promise.race([polled, news.promise]) : Promise.race([polled, stopped]));
  }
  over.abort();
  const [refusal] = refusals;
  if (refusal !== undefined) throw asRefusal(refusal);
  log.info('stopped');
}

/** How many leases are remembered: a service repeats what it gave a moment ago. */
const mostBegun = 10_000;

interface Held {
  readonly lease: number;
  readonly cancel: AbortController;
}

function chosen(
  policies: WorkPolicies['policies'],
  names: readonly string[] | null,
): ConfigureMessage['policies'] {
  const all = policies.map(({ name }) => name);
  const unknown = names?.find((name) => !all.includes(name));
  if (unknown !== undefined || policies.length === 0) {
    const what =
      unknown === undefined ? 'The key gives no policy' : `The key gives no policy ${unknown}`;
    const message = `${what} that a worker can serve. It gives ${all.join(', ') || 'none'}; those with helpers or kv stay with the service.`;
    throw new CastellanError('invalid_option', message, {
      option: 'policy',
      value: unknown ?? null,
    });
  }
  return names === null ? policies : policies.filter(({ name }) => names.includes(name));
}

function checkVersion(theirs: string, version: string): void {
  if (theirs === version) return;
  throw new CastellanError(
    'invalid_option',
    `This worker is Castellan ${version}, and the service is ${theirs}.`,
    { fix: `npm install --global castellan@${theirs}`, option: 'url' },
  );
}

/** A refusal of the service, as what is wrong with the options. */
function asRefusal(error: unknown): unknown {
  if (!(error instanceof RefusedByService)) return error;
  const isKey = error.status === 401 || error.status === 403;
  return new CastellanError('invalid_option', `The service says no: ${error.message}`, {
    option: isKey ? 'key' : 'url',
    ...(isKey ? { fix: 'make one on the service: castellan keys create --scope work' } : {}),
    cause: error,
  });
}
