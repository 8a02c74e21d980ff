import type { WatchedChild } from '../../drivers/child.ts';

/** A gateway's process that is loading: the bare one, or one in a box. */
export interface Started {
  /** Our own child: the gateway, or what waits for it and passes its status on. */
  readonly watched: WatchedChild;
  /**
   * The gateway's own pid; it has to be ready. Rejects with `isolation_unavailable` unless all walls
   * stand that it was given.
   */
  prove(): Promise<number>;
  kill(): void;
  /** Lets go of what watched the process; it is gone. */
  release(): Promise<void>;
  /** Why it did not start, from its last words. */
  failure(lastWords: string): Error;
}
