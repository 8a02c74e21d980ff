import { randomUUID } from 'node:crypto';
import { isOver, ownLife } from './life.ts';

/** A service over the database, as its row shows it. */
export interface NodeRow {
  readonly id: string;
  /** Grows as long as the service lives. */
  readonly beats: number;
  /** The process, for whoever can see it; see life.ts. */
  readonly life: string;
}

/**
 * Which services live. Each lets a number of its own grow, and watches those of the others: one whose
 * number has stood still for a lease is dead, and so is one whose process is gone. No clock of any
 * machine, nor of the database, has a say: time that this process was stopped or could not look does
 * not count.
 */
export interface Nodes {
  readonly own: Pick<NodeRow, 'id' | 'life'>;
  /** Services that lived at the last look, this one among them. */
  readonly count: number;
  /** Takes what one look has found; returns those that are dead. */
  look(rows: readonly NodeRow[]): NodeRow[];
}

/** The most that one look may count as silence: whoever looks late has seen nothing in between. */
const mostStepMs = 2_000;

export function watchNodes(leaseMs: number, nowMs: () => number): Nodes {
  const own = { id: `node_${randomUUID()}`, life: ownLife() };
  let known = new Map<string, { readonly beats: number; readonly silentMs: number }>();
  let lastMs = nowMs();
  return {
    own,
    get count() {
      return known.size + 1;
    },
    look: (rows) => {
      const now = nowMs();
      const stepMs = Math.min(mostStepMs, now - lastMs);
      lastMs = now;
      const others = rows.filter(({ id }) => id !== own.id);
      const silence = ({ id, beats }: NodeRow): number => {
        const before = known.get(id);
        return before?.beats === beats ? before.silentMs + stepMs : 0;
      };
      known = new Map(
        others.map((row) => [row.id, { beats: row.beats, silentMs: silence(row) }] as const),
      );
      const dead = others.filter(
        ({ id, life }) => (known.get(id)?.silentMs ?? 0) > leaseMs || isOver(life),
      );
      // Whoever comes back begins anew.
      for (const { id } of dead) known.delete(id);
      return dead;
    },
  };
}
