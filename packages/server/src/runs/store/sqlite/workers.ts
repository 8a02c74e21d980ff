import { watchNodes } from '../nodes.ts';

/** Whether a run is in the hands of a worker, and not of a process that has the file. */
export function isWorker(node: string | null): node is string {
  return node?.startsWith('worker_') === true;
}

/** Which workers live, by the rules of nodes.ts: one that has been silent for a lease is dead. */
export interface Workers {
  beat(worker: string): void;
  lives(worker: string): boolean;
  /** Counts the silence of all that are known, and of those that have runs. */
  look(holders: readonly string[]): void;
  /** Whether some holder that was looked at does not live. */
  readonly haveDied: boolean;
}

export function watchWorkers(leaseMs: number, nowMs: () => number): Workers {
  const nodes = watchNodes(leaseMs, nowMs);
  const beats = new Map<string, number>();
  const dead = new Set<string>();
  return {
    beat: (worker) => {
      dead.delete(worker);
      beats.set(worker, (beats.get(worker) ?? 0) + 1);
    },
    lives: (worker) => !dead.has(worker),
    look: (holders) => {
      for (const each of holders) if (!beats.has(each) && !dead.has(each)) beats.set(each, 0);
      for (const each of dead) if (!holders.includes(each)) dead.delete(each);
      const rows = [...beats].map(([id, count]) => ({ id, beats: count, life: '' }));
      for (const { id } of nodes.look(rows)) {
        beats.delete(id);
        dead.add(id);
      }
    },
    get haveDied() {
      return dead.size > 0;
    },
  };
}
