import { supervise, type Supervisor } from '@castellan/protocol/supervise';
import type { Offer } from '../policies/offer.ts';
import type { Check } from '../runs/contract/check.ts';
import { type Launch, LaunchError, type QueuedRun } from '../runs/contract/launch.ts';
import type { Watch } from '../runs/contract/watch.ts';
import { KvError } from '../kv/kv.ts';
import type { Exchanges } from '../exchanges/exchanges.ts';
import { LauncherProcess } from './child.ts';
import type { AnswerKv } from './kv-answers.ts';
import type { ConfigureMessage } from './messages.ts';
import type { LauncherState } from '../runs/contract/launchers.ts';
import { Watchers } from './watchers.ts';

export interface LauncherOptions extends ConfigureMessage {
  /** The requests that runs may have to answer. Default: none. */
  readonly exchanges?: Pick<Exchanges, 'of'>;
  /** Called when a launcher has ended, and when another is ready. */
  readonly onChange?: (change: LauncherChange) => void;
  /** Answers what scripts ask by `kv`; without it they have none. */
  readonly answerKv?: AnswerKv;
}

export type LauncherChange =
  | { readonly type: 'up'; readonly pid: number | undefined }
  | { readonly type: 'gone'; readonly why: string };

/** Runs attempts in a process of its own, and starts another when that dies. */
export interface Launcher extends AsyncDisposable {
  readonly launch: Launch;
  readonly check: Check;
  readonly watch: Watch;
  /** Resolves when the first process is ready; rejects when it cannot be started. */
  readonly ready: Promise<void>;
  /** Whether a process is ready. */
  readonly isUp: boolean;
  readonly pid: number | undefined;
  readonly state: LauncherState;
  /** By policy, from the last process that was ready. */
  readonly offers: ReadonlyMap<string, Offer>;
  /**
   * Has a process with other settings take its place; what the old one has to do, it ends. Rejects if the new
   * one cannot be started: then the old one stays.
   */
  replace(settings: ConfigureMessage): Promise<void>;
}

/** How long a check waits for a launcher that is being restarted. */
const patienceMs = 10_000;
const longestPauseMs = 1_000;
const youngMs = 1_000;
const noExchanges: Pick<Exchanges, 'of'> = { of: () => undefined };

const noKv: AnswerKv = async () => {
  throw new KvError('kv_denied', 'This service has no kv.');
};

/** Starts the first process. Runs that are launched before it is ready wait for it. */
export function startLauncher(options: LauncherOptions): Launcher {
  return new LiveLauncher(options);
}

class LiveLauncher implements Launcher {
  readonly #onChange: (change: LauncherChange) => void;
  readonly #answerKv: AnswerKv;
  readonly #exchanges: Pick<Exchanges, 'of'>;
  #settings: ConfigureMessage;
  #processes: Supervisor<LauncherProcess>;
  /** Those that end what they have to do. */
  readonly #retired = new Set<Supervisor<LauncherProcess>>();
  readonly #watchers = new Watchers((runId, isWatched) => {
    for (const { current } of [this.#processes, ...this.#retired]) current?.watch(runId, isWatched);
  });
  #starting: LauncherProcess | undefined;
  #offers: ReadonlyMap<string, Offer> = new Map();
  #since: string | null = null;
  #starts = 0;
  #lastEnd: string | null = null;

  constructor({
    onChange = () => undefined,
    answerKv = noKv,
    exchanges = noExchanges,
    ...settings
  }: LauncherOptions) {
    this.#answerKv = answerKv;
    this.#exchanges = exchanges;
    this.#settings = settings;
    this.#onChange = onChange;
    this.#processes = this.#supervise(settings);
  }

  #supervise(settings: ConfigureMessage): Supervisor<LauncherProcess> {
    const processes: Supervisor<LauncherProcess> = supervise({
      start: () => this.#start(settings),
      onUp: ({ pid }) => {
        this.#since = new Date().toISOString();
        this.#starts++;
        this.#onChange({ type: 'up', pid });
      },
      onGone: (_launcher, why) => {
        if (processes.isOver || this.#retired.has(processes)) return;
        this.#since = null;
        this.#lastEnd = why;
        this.#onChange({ type: 'gone', why });
      },
      onFailure: ({ message }) => {
        this.#lastEnd = message;
        this.#onChange({ type: 'gone', why: message });
      },
      youngMs,
      longestPauseMs,
    });
    return processes;
  }

  async replace(settings: ConfigureMessage): Promise<void> {
    const next = this.#supervise(settings);
    try {
      await next.ready;
    } catch (error) {
      await next[Symbol.asyncDispose]();
      throw error;
    }
    const old = this.#processes;
    this.#settings = settings;
    this.#processes = next;
    this.#retired.add(old);
    void this.#retire(old);
  }

  /** Whatever it is that it has, or had when it died, another of its kind is not started. */
  async #retire(old: Supervisor<LauncherProcess>): Promise<void> {
    const { current } = old;
    await Promise.race([current?.retire(), current?.gone]);
    await old[Symbol.asyncDispose]();
    this.#retired.delete(old);
  }

  get ready(): Promise<void> {
    return this.#processes.ready;
  }

  get isUp(): boolean {
    return this.#processes.current !== undefined;
  }

  get pid(): number | undefined {
    return this.#processes.current?.pid;
  }

  get state(): LauncherState {
    return {
      pid: this.pid ?? null,
      since: this.#since,
      starts: this.#starts,
      lastEnd: this.#lastEnd,
      pools: this.#processes.current?.pools ?? {},
    };
  }

  get offers(): ReadonlyMap<string, Offer> {
    return this.#offers;
  }

  readonly launch: Launch = (run, signal) => this.#launch(run, signal);

  readonly watch: Watch = (runId, signal) => this.#watchers.watch(runId, signal);

  readonly check: Check = async (script) => {
    const launcher = await this.#processes.arrival(AbortSignal.timeout(patienceMs));
    if (launcher === undefined) throw new LaunchError('busy', 'No launcher is running.');
    return launcher.check(script);
  };

  /** Waits for a launcher as long as it takes, with a heartbeat from time to time. */
  async *#launch(run: QueuedRun, signal: AbortSignal): ReturnType<LauncherProcess['launch']> {
    const beatMs = Math.round(this.#settings.leaseMs / 3);
    let launcher = this.#processes.current;
    while (launcher === undefined && !signal.aborted && !this.#processes.isOver) {
      yield { type: 'heartbeat' };
      const patience = AbortSignal.any([signal, AbortSignal.timeout(beatMs)]);
      launcher = await this.#processes.arrival(patience);
    }
    if (launcher === undefined) throw new LaunchError('busy', 'No launcher is running.');
    yield* launcher.launch(run, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [this.#processes, ...this.#retired];
    const ending = Promise.all(all.map((each) => each[Symbol.asyncDispose]()));
    await this.#starting?.[Symbol.asyncDispose]();
    await ending;
  }

  async #start(settings: ConfigureMessage): Promise<LauncherProcess> {
    const launcher = new LauncherProcess(settings, this.#watchers, this.#answerKv, this.#exchanges);
    this.#starting = launcher;
    try {
      this.#offers = await launcher.ready(settings);
      return launcher;
    } catch (error) {
      await launcher[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#starting = undefined;
    }
  }
}
