import type { parseOptions } from '../args/parse.ts';
import type { schedulesOptions } from '../args/schedules-table.ts';
import type { Terminal } from '../output/terminal.ts';

/** A command line after `castellan schedules VERB`. */
export interface Told {
  readonly values: Partial<ReturnType<typeof parseOptions<typeof schedulesOptions>>['values']>;
  readonly operands: readonly string[];
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

/** Does it; returns the exit code. */
export type Verb = (told: Told) => Promise<number>;
