/** The boxes of a policy in one launcher. */
export interface PoolState {
  /** Kept ready, or about to be. */
  readonly ready: number;
  /** They wait for another run of the tenant that they served. */
  readonly kept: number;
  readonly running: number;
  /** Runs that wait for a place. */
  readonly waiting: number;
}

/** A launcher as it stands. */
export interface LauncherState {
  /** Null while it is being started again. */
  readonly pid: number | null;
  /** RFC 3339, UTC. */
  readonly since: string | null;
  readonly starts: number;
  /** Why the one before ended. */
  readonly lastEnd: string | null;
  /** By policy, as the launcher said last. */
  readonly pools: Readonly<Record<string, PoolState>>;
}
