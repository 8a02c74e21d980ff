import type { EgressRequestHead } from '../messages.ts';

/** The most that the heads of a run's open requests may cost together, in UTF-16 units. */
const most = 4 * 2 ** 20;

/** What a header costs besides its text: an array and two strings. */
const headerCost = 64;

type Head = Pick<EgressRequestHead, 'url' | 'headers'>;

/** Counts the heads of requests that are kept for a run. */
export class HeadBudget {
  #spent = 0;

  /** Returns false when the head is one too many. */
  take(head: Head): boolean {
    const cost = costOf(head);
    if (this.#spent + cost > most) return false;
    this.#spent += cost;
    return true;
  }

  /** A head that was taken is kept no longer. */
  give(head: Head): void {
    this.#spent -= costOf(head);
  }
}

function costOf({ url, headers }: Head): number {
  return headers.reduce(
    (sum, [name, value]) => sum + name.length + value.length + headerCost,
    url.length + headerCost,
  );
}
