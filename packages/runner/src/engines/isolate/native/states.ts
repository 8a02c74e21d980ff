import { Refused } from './refused.ts';

const spentStates = 64;

/** What one run has open, by number; a script names nothing else. */
export class States<T extends object> {
  readonly #open = new Map<number, T>();
  readonly #most: number;
  readonly #what: string;
  readonly #spent: number[] = [];
  #last = 0;

  constructor(most: number, what: string) {
    this.#most = most;
    this.#what = what;
  }

  add(state: T): number {
    if (this.#open.size >= this.#most) {
      throw new Refused(`More than ${this.#most} ${this.#what} are open in this run`);
    }
    this.#open.set(++this.#last, state);
    return this.#last;
  }

  at(id: unknown): T {
    const state = typeof id === 'number' ? this.#open.get(id) : undefined;
    if (state === undefined) throw new Refused(`None of the ${this.#what} has this number`);
    return state;
  }

  close(id: unknown): T | undefined {
    const state = typeof id === 'number' ? this.#open.get(id) : undefined;
    this.#open.delete(Number(id));
    return state;
  }

  /** Closes one that has done its work, but not before it could be asked for what it made, or asked too much. */
  spend(id: unknown): void {
    this.#spent.push(Number(id));
    if (this.#spent.length > spentStates) this.close(this.#spent.shift());
  }

  closeAll(): T[] {
    const all = [...this.#open.values()];
    this.#open.clear();
    return all;
  }
}
