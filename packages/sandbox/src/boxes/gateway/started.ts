import type { Watched } from '../../walls/child.ts';

/** A gateway's process that is loading, with or without a box. */
export interface Started {
  /** The direct child: the gateway, or the program that waits for it and passes its status on. */
  readonly watched: Watched;
  /**
   * Returns the gateway's own pid. Call it when the gateway is ready. Rejects with
   * `isolation_unavailable` when one of the required layers cannot be proved.
   */
  prove(): Promise<number>;
  kill(): void;
  /** Releases descriptors, streams and the cgroup of the process, which has ended. */
  release(): Promise<void>;
  /** Why the kernel has ended it, where its cgroup says so; asked after `release`. */
  readonly verdict: () => string | undefined;
  /** The error for a gateway that did not start, from its standard error. */
  failure(lastWords: string): Error;
}
