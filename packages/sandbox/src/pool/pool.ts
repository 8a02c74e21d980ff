import type { Isolation, Layer, Reuse } from '@castellan/protocol';
import type { JobMessage } from '@castellan/protocol/frames';
import { Link } from '../channel/link.ts';
import type { Box, BoxSpec, Runners } from '../boxes/runner/box.ts';
import { Exit } from './exit.ts';
import { type IdleBox, isAlive } from './idle.ts';
import { KeptBoxes, type Keeping } from './kept.ts';
import { refuseBelow, withTimeout } from './start.ts';
import { Turns } from './turns.ts';
import { WarmPool } from './warm.ts';

/** A box that is ready for a job: process started, filters installed, isolate and context made. */
export interface ReadyBox {
  readonly box: Box;
  readonly link: Link;
  readonly exit: Exit;
  readonly isolation: Isolation;
  /** What it is told of the script: null where its isolate is for this job alone. */
  readonly program: JobMessage['program'];
  /** Gives the box back. It dies, unless it is `clean` and may serve the same tenant again. */
  release(clean: boolean): void;
}

export interface PoolOptions {
  readonly runners: Runners;
  readonly reuse: Reuse;
  /** Boxes kept ready for the next job. */
  readonly warm: number;
  /** Runs at a time; others wait their turn. */
  readonly concurrency: number;
  /** The spec that boxes are kept ready for. */
  readonly spec: BoxSpec;
  /** Layers without which a box gets no job. */
  readonly floor: readonly Layer[];
  /** How long a box may take until it is ready, in milliseconds. */
  readonly startMs: number;
  /** How long a box waits for its program to be run again, in milliseconds. Default 60,000. */
  readonly idleMs?: number;
}

/** Whom a run is of, as far as its box may be used again. */
export interface Whose {
  /** Null: nobody. */
  readonly tenant: string | null;
  /** What its script is a version of; null: of nothing that is run again. */
  readonly program: string | null;
}

const usualIdleMs = 60_000;

/** Hands out boxes, keeps some ready, and sees to it that every box dies. */
export class Pool implements AsyncDisposable {
  readonly #options: PoolOptions;
  readonly #warm: WarmPool<IdleBox>;
  readonly #kept: KeptBoxes;
  readonly #turns: Turns;
  /** Warm boxes are prepared for the language of the last run: most callers use only one. */
  #typescript = false;

  /** Pools that share `turns` have so many runs at a time together. */
  constructor(options: PoolOptions, turns: Turns = new Turns(options.concurrency)) {
    this.#options = options;
    this.#turns = turns;
    const { concurrency, spec, warm } = options;
    this.#warm = new WarmPool(warm, () => this.#open({ ...spec, typescript: this.#typescript }));
    this.#kept = new KeptBoxes(concurrency, ({ box }) => this.#destroy(box));
  }

  /** Boxes that are ready, or about to be. */
  get ready(): number {
    return this.#warm.size;
  }

  /** Boxes that wait for another run of their tenant. */
  get kept(): number {
    return this.#kept.size;
  }

  /** Fills the pool; resolves when the boxes are ready, rejects when the first cannot be built. */
  async warmUp(): Promise<void> {
    await this.#warm.fill();
  }

  /**
   * Takes a box for one run. `onTurn` is called when a place among `concurrency` is free for the run;
   * if it throws, the place goes to the next. A run of no tenant (null) gets a box that served nobody
   * and dies with it, whatever `reuse` says.
   */
  async take(spec: BoxSpec, whose: Whose, onTurn: () => void): Promise<ReadyBox> {
    await this.#turns.take();
    try {
      this.#warm.refuseWhenClosed();
      onTurn();
      this.#typescript = spec.typescript ?? false;
      const keeping = this.#keepingOf(spec, whose);
      return this.#handOut(await this.#choose(spec, keeping), keeping);
    } catch (error) {
      this.#turns.free();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closing = this.#warm[Symbol.asyncDispose]();
    this.#turns.wakeAll();
    await closing;
  }

  /** For whose next run a box is kept after this one; undefined: it is not. */
  #keepingOf(spec: BoxSpec, { tenant, program }: Whose): Keeping | undefined {
    const { reuse, startMs, idleMs = usualIdleMs } = this.#options;
    if (tenant === null) return undefined;
    const { memoryBytes } = spec;
    if (reuse === 'tenant' && sameSpec(spec, this.#options.spec)) {
      return { tenant, program: null, memoryBytes, startMs, idleMs: null };
    }
    if (reuse !== 'context' || program === null) return undefined;
    return { tenant, program, memoryBytes, startMs, idleMs };
  }

  async #choose(spec: BoxSpec, keeping: Keeping | undefined): Promise<IdleBox> {
    const start = (): Promise<IdleBox> => this.#warm.start(() => this.#open(spec));
    const kept = keeping === undefined ? undefined : await this.#kept.take(keeping);
    if (kept !== undefined && isAlive(kept)) return kept;
    if (kept !== undefined) this.#destroy(kept.box);
    if (!sameSpec(spec, this.#options.spec)) return start();
    for (let warm = this.#warm.next(); warm !== undefined; warm = this.#warm.next()) {
      const idle = await warm;
      if (isAlive(idle)) return idle;
      // It died while nobody needed it; the run gets another.
      this.#destroy(idle.box);
    }
    return start();
  }

  #handOut(idle: IdleBox, keeping: Keeping | undefined): ReadyBox {
    const { driver } = this.#options.runners;
    const reuse = keeping === undefined ? 'never' : this.#options.reuse;
    const { box, link, exit, layers, hasProgram } = idle;
    const isOfProgram = keeping !== undefined && keeping.program !== null;
    const program = isOfProgram ? (hasProgram ? 'again' : 'first') : null;
    let isReleased = false;
    const release = (clean: boolean): void => {
      if (isReleased) return;
      isReleased = true;
      if (!clean) box.kill();
      if (clean && keeping !== undefined && !this.#warm.isClosed) {
        idle.hasProgram = isOfProgram;
        void this.#warm.track(this.#kept.keep(idle, keeping));
      } else void this.#warm.track(this.#afterResult(() => this.#destroy(box)));
      this.#turns.free();
      void this.#warm.track(this.#afterResult(() => this.#warm.refill()));
    };
    return {
      box,
      link,
      exit,
      isolation: { driver, engine: this.#options.spec.engine, reuse, layers },
      program,
      release,
    };
  }

  /** Killing and starting processes block this thread for milliseconds, so the result is sent first. */
  async #afterResult(work: () => void): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    work();
  }

  async #open(spec: BoxSpec): Promise<IdleBox> {
    const box = await this.#options.runners.start(spec);
    this.#warm.own(box);
    try {
      const link = new Link(box);
      const exit = new Exit(box);
      await withTimeout(link.ready(), exit, this.#options.startMs);
      this.#warm.refuseWhenClosed();
      const layers = box.proveLayers();
      refuseBelow(this.#options.floor, layers, this.#options.runners.driver);
      return { box, link, exit, layers, leftBytes: 0, hasProgram: false };
    } catch (error) {
      this.#destroy(box);
      throw error;
    }
  }

  #destroy(box: Box): void {
    box.kill();
    void this.#warm.track(this.#warm.release(box));
  }
}

function sameSpec(a: BoxSpec, b: BoxSpec): boolean {
  return (
    a.memoryBytes === b.memoryBytes &&
    a.cpuMs <= b.cpuMs &&
    a.cpus === b.cpus &&
    a.jitless === b.jitless &&
    a.processes === b.processes &&
    (a.browser ?? false) === (b.browser ?? false)
  );
}
