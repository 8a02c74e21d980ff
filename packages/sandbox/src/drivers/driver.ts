import type { DriverName, EngineName } from '@castellan/protocol';
import type { Box, BoxSpec } from '../boxes/runner/box.ts';

/** Builds boxes. One interface, one conformance suite over all implementations. */
export interface Driver {
  readonly name: DriverName;
  /** Tests whether this machine can build a box, by building one. */
  check(engine?: EngineName): Promise<DriverCheck>;
  /**
   * Starts a box: its process exists and the runner is loading. All layers are in force before the
   * runner writes its first byte. Throws `isolation_unavailable` or `box_failed`.
   */
  start(spec: BoxSpec): Promise<Box>;
}

export interface DriverCheck {
  readonly ok: boolean;
  /** What was found, or what is missing, in one sentence. */
  readonly detail: string;
  /** The exact command or setting that fixes it. */
  readonly fix: string | null;
}
