import type {
  EngineName,
  JobMessage,
  Json,
  Limits,
  NetworkEntry,
  Reason,
  RunError,
} from '@castellan/protocol';
import type { RunEgress } from '../egress/run-egress.ts';
import type { HelperTable } from '../helpers/table.ts';
import type { JobSource } from '../options/source.ts';

/** Everything that is known about a run before it starts. */
export interface Job {
  readonly id: string;
  /** A check reads the source and runs nothing of it. */
  readonly mode: JobMessage['mode'];
  readonly source: JobSource;
  /** JSON text. */
  readonly params: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limits: Limits;
  readonly helpers: HelperTable;
  /** What may be imported by name; see `JobMessage.modules`. */
  readonly modules: readonly string[];
  /** Name of the runtime that its box has. */
  readonly runtime: string | null;
  readonly tenant: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly engine: EngineName;
  readonly createdAt: Date;
  /** The run's way to a network; refuses all of it where none is allowed. */
  wayOut(onEntry: (entry: NetworkEntry) => void): RunEgress;
}

/** How a run ended; without a reason it went well. */
export interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  readonly error: RunError | null;
  /** Node engine only: 0 when it went well, else what the script exited with. */
  readonly exitCode: number | null;
}
