import type { SubmittedRun } from '@castellan/sdk';
import { Store } from '../state/store.ts';

/** What is shown of one page: an address of its newest picture. */
export interface Shown {
  readonly page: number;
  readonly address: string;
}

/**
 * The pages of a run as they look now, while somebody looks: one picture of each. Pictures are a stranger's:
 * they are images of a kind that runs nothing, and are shown as nothing else.
 */
export class LivePages extends Store {
  readonly #pages = new Map<number, Shown>();
  #stop = new AbortController();

  get pages(): readonly Shown[] {
    return [...this.#pages.values()].toSorted((one, other) => one.page - other.page);
  }

  /** Watches until the run ends, or `pause`. Never rejects: a run is followed without pictures, too. */
  async watch(run: SubmittedRun): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    let isFirst = true;
    try {
      for await (const { page, jpeg } of run.pages({ signal: stop.signal })) {
        if (stop.signal.aborted) return;
        // Pages may have other numbers than before a pause.
        if (isFirst) this.#forget(0);
        isFirst = false;
        const blob = new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' });
        this.#forget(page);
        this.#pages.set(page, { page, address: URL.createObjectURL(blob) });
        this.changed();
      }
    } catch {
      // The last pictures stay.
    }
  }

  /** No more pictures are asked for; those that came stay. */
  pause(): void {
    this.#stop.abort();
  }

  close(): void {
    this.pause();
    this.#forget(0);
  }

  /** Of one page; 0 stands for all. */
  #forget(number: number): void {
    for (const { page, address } of this.pages) {
      if (number !== 0 && page !== number) continue;
      URL.revokeObjectURL(address);
      this.#pages.delete(page);
    }
  }
}
