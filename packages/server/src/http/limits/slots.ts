import { ProblemError } from '../problems/problem.ts';

/** Counts requests in flight. */
export interface Slots {
  /**
   * Takes a slot for `subject`; returns the function that frees it. Throws if all of its slots are
   * taken.
   */
  take(subject: string, most: number): () => void;
  readonly taken: number;
}

/** `total` slots for all subjects together. */
export function createSlots(total: number): Slots {
  const bySubject = new Map<string, number>();
  let taken = 0;
  return {
    get taken() {
      return taken;
    },
    take(subject, most) {
      const own = bySubject.get(subject) ?? 0;
      if (own >= most) {
        throw new ProblemError(
          'too_many_in_flight',
          `${most} requests of this caller are being answered; no more at a time.`,
          { retryAfterMs: 1_000 },
        );
      }
      if (taken >= total) {
        throw new ProblemError('overloaded', `${total} requests are being answered already.`, {
          retryAfterMs: 1_000,
        });
      }
      taken += 1;
      bySubject.set(subject, own + 1);
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        taken -= 1;
        const left = (bySubject.get(subject) ?? 1) - 1;
        if (left === 0) bySubject.delete(subject);
        else bySubject.set(subject, left);
      };
    },
  };
}
