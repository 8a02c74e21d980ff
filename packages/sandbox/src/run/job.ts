import type { EngineName, Json, Limits, NetworkEntry, Reason, RunError } from '@castellan/protocol';
import type { RunEgress } from '../egress/run-egress.ts';
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
  readonly engine: EngineName;
  /** Certificates in PEM that the script's own TLS has to trust. */
  readonly ca: string | null;
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
