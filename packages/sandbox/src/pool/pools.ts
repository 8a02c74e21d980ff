import { CastellanError, type DriverName, type IsolationChoice } from '@castellan/protocol';
import type { Runners } from '../boxes/runner/box.ts';
import { Pool, type PoolOptions } from './pool.ts';
import { Turns } from './turns.ts';

/** The boxes of a sandbox, of all its drivers together, and the runs that need one. */
export interface BoxCounts {
  /** Kept ready, or about to be. */
  readonly ready: number;
  /** They wait for another run of the tenant that they served. */
  readonly kept: number;
  /** Runs that have a box, or are being given one. */
  readonly running: number;
  /** Runs that wait for a place. */
  readonly waiting: number;
}

/** The pools of a sandbox, one for each driver that its runs may have. They share its places for runs. */
export class Pools implements AsyncDisposable {
  readonly #byDriver: ReadonlyMap<DriverName, Pool>;
  readonly #first: Pool;
  readonly #turns: Turns;

  /** The first of `offered` builds the boxes of runs that name none. */
  constructor(offered: readonly [Runners, ...Runners[]], options: Omit<PoolOptions, 'runners'>) {
    this.#turns = new Turns(options.concurrency);
    const poolOf = (runners: Runners): Pool => new Pool({ ...options, runners }, this.#turns);
    const [first, ...others] = offered;
    this.#first = poolOf(first);
    this.#byDriver = new Map([
      [first.driver, this.#first],
      ...others.map((runners) => [runners.driver, poolOf(runners)] as const),
    ]);
  }

  get drivers(): readonly DriverName[] {
    return [...this.#byDriver.keys()];
  }

  get counts(): BoxCounts {
    const pools = [...this.#byDriver.values()];
    return {
      ready: pools.reduce((sum, { ready }) => sum + ready, 0),
      kept: pools.reduce((sum, { kept }) => sum + kept, 0),
      running: this.#turns.running,
      waiting: this.#turns.waiting,
    };
  }

  /** The pool for what a run asks for; null: nothing. Throws `invalid_option` for what is not offered. */
  of(choice: IsolationChoice | null): Pool {
    if (choice === null || choice === 'auto') return this.#first;
    const pool = this.#byDriver.get(choice);
    if (pool !== undefined) return pool;
    const allowed = ['auto', ...this.drivers];
    throw new CastellanError(
      'invalid_option',
      `isolation ${JSON.stringify(choice)} is not offered. There is ${allowed.join(', ')}.`,
      { option: 'isolation', value: choice, allowed },
    );
  }

  async warmUp(): Promise<void> {
    await Promise.all([...this.#byDriver.values()].map((pool) => pool.warmUp()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#byDriver.values()].map((pool) => pool[Symbol.asyncDispose]()));
  }
}
