import type { Layer } from '@castellan/protocol';

/** `missing`: below the floor, nothing is run here. `weak`: it works, but less well than it could. */
export type DoctorState = 'ok' | 'missing' | 'weak' | 'info';

/** One thing that was found out about this machine. */
export interface DoctorRow {
  /** What was looked at. */
  readonly name: string;
  /** How it stands. */
  readonly state: DoctorState;
  /** What was found, in a sentence. */
  readonly detail: string;
  /** The exact command or setting that fixes it, where one is known. */
  readonly fix: string | null;
}

/** What was found out about this machine. */
export interface DoctorReport {
  /** No row is `missing`. */
  readonly ok: boolean;
  /** The layers without which nothing is run. */
  readonly floor: readonly Layer[];
  /** In the order in which they were found out. */
  readonly rows: readonly DoctorRow[];
}

export function row(
  name: string,
  state: DoctorState,
  detail: string,
  fix?: string | null,
): DoctorRow {
  return { name, state, detail, fix: fix ?? null };
}
