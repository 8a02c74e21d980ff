import { setTimeout as wait } from 'node:timers/promises';
import type { Offer } from '../policies/offer.ts';
import type { Check } from '../runs/check.ts';
import { type Launch, LaunchError } from '../runs/launch.ts';
import { LauncherProcess } from './child.ts';
import type { ConfigureMessage } from './messages.ts';

export interface LauncherOptions extends ConfigureMessage {
  /** Hears of a launcher that is gone, and of one that has come. */
  readonly onChange?: (change: LauncherChange) => void;
}

export type LauncherChange =
  | { readonly type: 'up'; readonly pid: number | undefined }
  | { readonly type: 'gone'; readonly why: string };

/** Runs attempts in a process of its own, and starts another when that dies. */
export interface Launcher extends AsyncDisposable {
  readonly launch: Launch;
  readonly check: Check;
  /** Resolves when the first process stands ready; rejects with why it cannot. */
  readonly stands: Promise<void>;
  /** A process stands ready. */
  readonly isUp: boolean;
  readonly pid: number | undefined;
  /** By policy, as the last process that stood ready said it. */
  readonly offers: ReadonlyMap<string, Offer>;
}

/** How long a check waits for a launcher that is being started again. */
const patienceMs = 10_000;
const longestPauseMs = 1_000;
const youngMs = 1_000;

/** Starts the first process. Runs that are launched before it stands ready wait for it. */
export function startLauncher(options: LauncherOptions): Launcher {
  return new LiveLauncher(options);
}

class LiveLauncher implements Launcher {
  readonly #settings: ConfigureMessage;
  readonly #onChange: (change: LauncherChange) => void;
  readonly #over = new AbortController();
  readonly stands: Promise<void>;
  #current: LauncherProcess | undefined;
  #starting: LauncherProcess | undefined;
  #offers: ReadonlyMap<string, Offer> = new Map();
  #arrival = Promise.withResolvers<void>();
  readonly #keeping: Promise<void>;

  constructor({ onChange, ...settings }: LauncherOptions) {
    this.#settings = settings;
    this.#onChange = onChange ?? (() => undefined);
    const first = this.#start();
    this.stands = first.then(() => undefined);
    this.#keeping = first.then(
      (launcher) => this.#keep(launcher),
      () => undefined,
    );
  }

  get isUp(): boolean {
    return this.#current !== undefined;
  }

  get pid(): number | undefined {
    return this.#current?.pid;
  }

  get offers(): ReadonlyMap<string, Offer> {
    return this.#offers;
  }

  readonly launch: Launch = (run, signal) => this.#launch(run, signal);

  readonly check: Check = async (script) => {
    await this.#arrived(AbortSignal.timeout(patienceMs));
    if (this.#current === undefined) throw new LaunchError('busy', 'No launcher is running.');
    return this.#current.check(script);
  };

  /** Waits for a launcher as long as it takes, and says so from time to time. */
  async *#launch(...[run, signal]: Parameters<Launch>): ReturnType<LauncherProcess['launch']> {
    const beatMs = Math.round(this.#settings.leaseMs / 3);
    while (this.#current === undefined && !signal.aborted && !this.#over.signal.aborted) {
      yield { type: 'heartbeat' };
      await this.#arrived(AbortSignal.any([signal, AbortSignal.timeout(beatMs)]));
    }
    if (this.#current === undefined) throw new LaunchError('busy', 'No launcher is running.');
    yield* this.#current.launch(run, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    this.#arrival.resolve();
    await (this.#current ?? this.#starting)?.[Symbol.asyncDispose]();
    await this.#keeping;
  }

  /** Resolves when there is a launcher, or `patience` has run out. */
  async #arrived(patience: AbortSignal): Promise<void> {
    if (this.#current !== undefined || patience.aborted) return;
    const over = Promise.withResolvers<void>();
    patience.addEventListener('abort', () => over.resolve(), { once: true });
    await Promise.race([this.#arrival.promise, over.promise]);
  }

  async #start(): Promise<LauncherProcess> {
    const launcher = new LauncherProcess(this.#settings);
    this.#starting = launcher;
    try {
      this.#offers = await launcher.ready();
    } catch (error) {
      await launcher[Symbol.asyncDispose]();
      throw error;
    } finally {
      this.#starting = undefined;
    }
    this.#current = launcher;
    this.#arrival.resolve();
    this.#onChange({ type: 'up', pid: launcher.pid });
    return launcher;
  }

  /** Waits for the launcher's death and starts another, until the end. */
  async #keep(first: LauncherProcess): Promise<void> {
    let launcher: LauncherProcess | undefined = first;
    for (let pauseMs = 0; ;) {
      if (launcher !== undefined) {
        const since = performance.now();
        const why = await launcher.gone;
        // One that dies young would otherwise be started as fast as the machine can.
        if (performance.now() - since < youngMs)
          pauseMs = Math.min(2 * pauseMs + 100, longestPauseMs);
        else pauseMs = 0;
        this.#current = undefined;
        this.#arrival = Promise.withResolvers<void>();
        if (!this.#over.signal.aborted) this.#onChange({ type: 'gone', why });
      }
      await wait(pauseMs, undefined, { signal: this.#over.signal }).catch(() => undefined);
      if (this.#over.signal.aborted) return;
      launcher = await this.#start().catch((error: Error) => {
        this.#onChange({ type: 'gone', why: error.message });
        return undefined;
      });
      if (launcher === undefined) pauseMs = Math.min(2 * pauseMs + 100, longestPauseMs);
      // It was being started when all ended: the next turn of the loop sees it gone, and stops.
      if (this.#over.signal.aborted) await launcher?.[Symbol.asyncDispose]();
    }
  }
}
