import {
  type BrowserSettings,
  type JobMessage,
  type Json,
  type Limits,
  type NetworkEntry,
  type Reason,
  reasons,
  type RunError,
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
  /** How its pages shall look; null for a run that gets no browser. */
  readonly browser: BrowserSettings | null;
  readonly signal: AbortSignal | undefined;
  readonly createdAt: Date;
  /** The run's way to a network; refuses all of it where none is allowed. */
  wayOut(onEntry: (entry: NetworkEntry) => void): RunEgress;
}

/** How a run ended; without a reason it went well. */
export interface Ending {
  readonly reason: Reason | null;
  readonly value: Json;
  readonly error: RunError | null;
}

/** An ending that the launcher found out about. */
export function endingFor(reason: Reason, message: string): Ending {
  const name = reasons[reason].status === 'timed_out' ? 'TimeoutError' : 'Error';
  const place = { file: null, line: null, column: null };
  return {
    reason,
    value: null,
    error: { name, message, stack: `${name}: ${message}`, ...place },
  };
}

/** What the runner is told. */
export function jobMessage(job: Job): object {
  const { mode, source, params, env, helpers, modules, limits, browser } = job;
  const { outputBytes, valueBytes } = limits;
  const asked = { mode, params, env, helpers: helpers.tree, modules, browser };
  return { ...source, ...asked, outputBytes, valueBytes };
}
