import { CastellanError } from '@castellan/protocol';
import type { IdleBox } from './idle.ts';
import { watchIdle } from './idle-watch.ts';
import { withTimeout } from './start.ts';

/** For whose next run a box is kept, and how. */
export interface Keeping {
  readonly tenant: string;
  /** Only for runs of this script; null: for any of the tenant. */
  readonly program: string | null;
  /** How much it may have grown by its runs together. */
  readonly memoryBytes: number;
  /** How long it may take until it is ready again, in milliseconds. */
  readonly startMs: number;
  /** How long it waits; null: until another needs its place. */
  readonly idleMs: number | null;
}

interface Kept extends Pick<Keeping, 'tenant' | 'program'> {
  readonly idle: Promise<IdleBox>;
  /** Stops the watch over the idle box. */
  unwatch(): void;
}

/** Boxes that have served a tenant and are ready, or about to be, for its next run. */
export class KeptBoxes {
  readonly #most: number;
  readonly #destroy: (idle: IdleBox) => void;
  readonly #kept: Kept[] = [];

  /** `destroy` is called with each box that is dropped and that no run has taken. */
  constructor(most: number, destroy: (idle: IdleBox) => void) {
    this.#most = most;
    this.#destroy = destroy;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Resolves when the box is ready with a fresh isolate or context; rejects when it cannot be reused. */
  keep(
    idle: IdleBox,
    { tenant, program, memoryBytes, startMs, idleMs }: Keeping,
  ): Promise<IdleBox> {
    const { box, link, exit } = idle;
    const ends: (() => void)[] = [];
    const kept: Kept = {
      tenant,
      program,
      idle: withTimeout(link.ready(), exit, startMs).then(() => {
        idle.leftBytes += box.meter().memoryBytes;
        if (idle.leftBytes > memoryBytes) {
          throw new CastellanError('box_failed', 'A box has grown by what a run may use.');
        }
        if (!this.#kept.includes(kept)) return idle;
        ends.push(watchIdle(box), exit.listen(drop));
        if (idleMs !== null) {
          const timer = setTimeout(drop, idleMs).unref();
          ends.push(() => clearTimeout(timer));
        }
        return idle;
      }),
      unwatch() {
        for (const end of ends.splice(0)) end();
      },
    };
    const drop = (): void => {
      kept.unwatch();
      const at = this.#kept.indexOf(kept);
      if (at !== -1) this.#kept.splice(at, 1);
      this.#destroy(idle);
    };
    this.#kept.push(kept);
    kept.idle.catch(drop);
    if (this.#kept.length > this.#most) this.#dropOne();
    return kept.idle;
  }

  /** Hands over the box that served the same last, if there is one. The caller owns it then. */
  async take({ tenant, program }: Keeping): Promise<IdleBox | undefined> {
    const at = this.#kept.findLastIndex(
      (kept) => kept.tenant === tenant && kept.program === program,
    );
    const [kept] = at === -1 ? [] : this.#kept.splice(at, 1);
    kept?.unwatch();
    return kept?.idle.catch(() => undefined);
  }

  /** Drops the oldest box of the tenant that has most of them: with many scripts it takes no other's place. */
  #dropOne(): void {
    const counts = new Map<string, number>();
    for (const { tenant } of this.#kept) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    const most = Math.max(...counts.values());
    const at = this.#kept.findIndex(({ tenant }) => counts.get(tenant) === most);
    const [oldest] = this.#kept.splice(at, 1);
    oldest?.unwatch();
    oldest?.idle.then(this.#destroy, () => undefined);
  }
}
