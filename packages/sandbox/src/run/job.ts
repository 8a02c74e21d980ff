import type { Json, Limits, Reason, RunError } from '@castellan/protocol';
import type { HelperTable } from '../helpers/table.ts';
import type { JobSource } from '../options/source.ts';

/** Everything that is known about a run before it starts. */
export interface Job {
  readonly id: string;
  readonly source: JobSource;
  /** JSON text. */
  readonly params: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly helpers: HelperTable;
  readonly modules: readonly string[];
  readonly tenant: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly createdAt: Date;
}

/** How a run ended; without a reason it went well. */
export interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  readonly error: RunError | null;
}
