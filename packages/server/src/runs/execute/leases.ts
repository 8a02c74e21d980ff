/** How long a launcher may be silent before its lease is void. */
const leaseMs = 15_000;
const tickMs = 1_000;

/** The launcher's hold on one run. Disposing of it ends the watch. */
export interface Lease extends Disposable {
  /** The launcher has been heard. */
  renew(): void;
  /** While we are busy with what it said, its silence does not count. */
  listening: boolean;
  /**
   * From now on heartbeats do not help: the run has to come to its end within `ms`, without the time
   * that we are busy with what it said.
   */
  endWithin(ms: number): void;
  /** The same, whatever we are busy with. */
  giveUpIn(ms: number): void;
  /** Resolves with why when the lease is void. */
  readonly lost: Promise<string>;
}

export interface Leases extends Disposable {
  grant(): Lease;
}

/**
 * Watches leases by counting ticks of this process and not by the clock: when it is stopped and
 * goes on, or the machine sleeps, launchers get the rest of their time to be heard.
 */
export function leases(ms: number = leaseMs): Leases {
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
        lease.lose('The launcher did not bring the run to its end');
      }
      if (lease.silentMs > ms) lease.lose(`The launcher was silent for ${ms} ms`);
    }
  };
  const timer = setInterval(tick, stepMs);
  timer.unref();
  return {
    grant: () => {
      const { promise, resolve } = Promise.withResolvers<string>();
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
  readonly lose: (why: string) => void;
}
