import { CallError } from '../runs/contract/calls.ts';

/** How much of the places a tenant may have. */
interface Share {
  /** At a time. */
  readonly running: number;
  /** Calls that may wait. */
  readonly waiting: number;
  /** How long each of them may. */
  readonly waitMs: number;
}

interface Waiter {
  readonly tenant: string;
  readonly most: number;
  /** Counts the arrivals. */
  readonly turn: number;
  readonly grant: () => void;
}

/**
 * Places for calls, of all tenants together. One that is freed goes to the tenant that has the fewest, and
 * among equals to whoever has waited longest: a tenant with a thousand calls keeps no other from its turn.
 */
export class Places {
  readonly #total: number;
  readonly #held = new Map<string, number>();
  readonly #waiting = new Map<string, Waiter[]>();
  #taken = 0;
  #turn = 0;

  constructor(total: number) {
    this.#total = total;
  }

  get taken(): number {
    return this.#taken;
  }

  get waiting(): number {
    return this.#waiting.values().reduce((sum, { length }) => sum + length, 0);
  }

  /** Resolves with a place, which is free again when it is disposed of. Throws `CallError`. */
  async take(tenant: string, share: Share, signal: AbortSignal): Promise<Disposable> {
    signal.throwIfAborted();
    if (this.#taken < this.#total && this.#heldBy(tenant) < share.running) this.#hold(tenant);
    else await this.#wait(tenant, share, signal);
    let isHeld = true;
    return {
      [Symbol.dispose]: () => {
        if (isHeld) this.#free(tenant);
        isHeld = false;
      },
    };
  }

  async #wait(
    tenant: string,
    { running, waiting, waitMs }: Share,
    signal: AbortSignal,
  ): Promise<void> {
    const queue = this.#waiting.get(tenant) ?? [];
    if (queue.length >= waiting) {
      const text = `${waiting} calls of the tenant wait for a place already.`;
      throw new CallError('tenant_busy', text, { retryAfterMs: waitMs });
    }
    const granted = Promise.withResolvers<void>();
    const waiter: Waiter = { tenant, most: running, turn: this.#turn++, grant: granted.resolve };
    this.#waiting.set(tenant, queue);
    queue.push(waiter);
    const giveUp = (error: unknown): void => {
      // It may have been granted in this very turn: then it has a place.
      if (this.#forget(waiter)) granted.reject(error);
    };
    const timer = setTimeout(() => giveUp(this.#late(tenant, running, waitMs)), waitMs);
    const leave = (): void => giveUp(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
    try {
      await granted.promise;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', leave);
    }
  }

  #late(tenant: string, running: number, waitMs: number): CallError {
    const retry = { retryAfterMs: waitMs };
    if (this.#heldBy(tenant) >= running) {
      const text = `${running} calls of the tenant were under way for ${waitMs} ms, and it may have no more.`;
      return new CallError('tenant_busy', text, retry);
    }
    const text = `No place was free for ${waitMs} ms; there are ${this.#total} for all tenants.`;
    return new CallError('overloaded', text, retry);
  }

  #heldBy(tenant: string): number {
    return this.#held.get(tenant) ?? 0;
  }

  #hold(tenant: string): void {
    this.#taken++;
    this.#held.set(tenant, this.#heldBy(tenant) + 1);
  }

  #free(tenant: string): void {
    this.#taken--;
    const left = this.#heldBy(tenant) - 1;
    if (left === 0) this.#held.delete(tenant);
    else this.#held.set(tenant, left);
    const next = this.#next();
    if (next === undefined) return;
    this.#forget(next);
    this.#hold(next.tenant);
    next.grant();
  }

  #next(): Waiter | undefined {
    let best: Waiter | undefined;
    for (const [first] of this.#waiting.values()) {
      if (first === undefined || this.#heldBy(first.tenant) >= first.most) continue;
      const isBetter =
        best === undefined ||
        this.#heldBy(first.tenant) < this.#heldBy(best.tenant) ||
        (this.#heldBy(first.tenant) === this.#heldBy(best.tenant) && first.turn < best.turn);
      if (isBetter) best = first;
    }
    return best;
  }

  /** Whether it was waiting. */
  #forget(waiter: Waiter): boolean {
    const queue = this.#waiting.get(waiter.tenant) ?? [];
    const at = queue.indexOf(waiter);
    if (at === -1) return false;
    queue.splice(at, 1);
    if (queue.length === 0) this.#waiting.delete(waiter.tenant);
    return true;
  }
}
