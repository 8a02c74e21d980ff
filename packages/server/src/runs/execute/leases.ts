/** How long a launcher may be silent before its lease expires. */
export const usualLeaseMs = 15_000;
const tickMs = 1_000;

/** A launcher's lease on one run. Disposing of it stops the timers. */
export interface Lease extends Disposable {
  /** Called when the launcher was heard from. */
  renew(): void;
  /** False while we process what it sent: that time does not count as silence. */
  listening: boolean;
  /**
   * From now on heartbeats do not renew the lease: the run has to end within `ms`, not counting the
   * time that we spend on processing.
   */
  endWithin(ms: number): void;
  /** The same, but processing time counts. */
  giveUpIn(ms: number): void;
  /** Resolves when the lease has expired. */
  readonly lost: Promise<Expiry>;
}

/** Why a lease has expired: nothing was heard, or the run was not brought to its end. */
export interface Expiry {
  readonly why: 'silent' | 'late';
  readonly message: string;
}

export interface Leases extends Disposable {
  grant(): Lease;
}

/**
 * Measures leases by counting ticks of this process instead of reading the clock: after the process
 * was stopped and continued, or the machine slept, launchers still get the rest of their time.
 */
export function leases(ms: number = usualLeaseMs): Leases {
  const held = new Set<Held>();
  const stepMs = Math.min(tickMs, ms);
  const tick = (): void => {
    for (const lease of held) {
      lease.patienceMs -= stepMs;
      if (lease.isListening) {
        lease.leftMs -= stepMs;
        lease.silentMs += stepMs;
      }
      if (Math.min(lease.leftMs, lease.patienceMs) < 0) {
        lease.lose({ why: 'late', message: 'The launcher did not bring the run to its end' });
      }
      if (lease.silentMs > ms)
        lease.lose({ why: 'silent', message: `The launcher was silent for ${ms} ms` });
    }
  };
  const timer = setInterval(tick, stepMs);
  timer.unref();
  return {
    grant: () => {
      const { promise, resolve } = Promise.withResolvers<Expiry>();
      const lease: Held = {
        silentMs: 0,
        leftMs: Infinity,
        patienceMs: Infinity,
        isListening: true,
        lose: resolve,
      };
      held.add(lease);
      return {
        renew: () => void (lease.silentMs = 0),
        get listening() {
          return lease.isListening;
        },
        set listening(isListening) {
          lease.isListening = isListening;
          lease.silentMs = 0;
        },
        endWithin: (leftMs) => void (lease.leftMs = Math.min(lease.leftMs, leftMs)),
        giveUpIn: (leftMs) => void (lease.patienceMs = Math.min(lease.patienceMs, leftMs)),
        lost: promise,
        [Symbol.dispose]: () => void held.delete(lease),
      };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

interface Held {
  silentMs: number;
  leftMs: number;
  patienceMs: number;
  isListening: boolean;
  readonly lose: (expiry: Expiry) => void;
}
