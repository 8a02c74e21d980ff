import { CastellanError } from '@castellan/protocol';
import type { IdleBox } from './idle.ts';
import { watchIdle } from './idle-watch.ts';
import { withTimeout } from './start.ts';

interface Kept {
  readonly tenant: string;
  readonly idle: Promise<IdleBox>;
  /** Stops the watch over the idle box. */
  unwatch(): void;
}

/** Boxes that have served a tenant and are ready, or about to be, for its next run. */
export class KeptBoxes {
  readonly #most: number;
  readonly #memoryBytes: number;
  readonly #destroy: (idle: IdleBox) => void;
  readonly #kept: Kept[] = [];

  /** `destroy` is called with each box that is dropped and that no run has taken. */
  constructor(most: number, memoryBytes: number, destroy: (idle: IdleBox) => void) {
    this.#most = most;
    this.#memoryBytes = memoryBytes;
    this.#destroy = destroy;
  }

  get size(): number {
    return this.#kept.length;
  }

  /** Resolves when the box is ready with a fresh isolate; rejects when it cannot be reused. */
  keep(idle: IdleBox, tenant: string): Promise<IdleBox> {
    const { box, link, exit } = idle;
    const ends: (() => void)[] = [];
    const kept: Kept = {
      tenant,
      idle: withTimeout(link.ready(), exit).then(() => {
        idle.leftBytes += box.meter().memoryBytes;
        if (idle.leftBytes > this.#memoryBytes) {
          throw new CastellanError('box_failed', 'A box has grown by what a run may use.');
        }
        if (this.#kept.includes(kept)) ends.push(watchIdle(box), exit.listen(drop));
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
    if (this.#kept.length > this.#most) this.#dropOldest();
    return kept.idle;
  }

  /** Hands over the box that served the tenant last, if there is one. The caller owns it then. */
  async take(tenant: string): Promise<IdleBox | undefined> {
    const at = this.#kept.findLastIndex((kept) => kept.tenant === tenant);
    const [kept] = at === -1 ? [] : this.#kept.splice(at, 1);
    kept?.unwatch();
    return kept?.idle.catch(() => undefined);
  }

  #dropOldest(): void {
    const oldest = this.#kept.shift();
    oldest?.unwatch();
    oldest?.idle.then(this.#destroy, () => undefined);
  }
}
