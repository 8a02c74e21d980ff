import { type CallRecord, callRecords, namesOf } from '@castellan/protocol';
import { oneOf, whole } from '@castellan/protocol/kinds';
import type { definitionOptions, functionsOptions } from '../args/functions-table.ts';
import type { parseOptions } from '../args/parse.ts';
import { readFlag } from '../args/usage-error.ts';
import type { Terminal } from '../output/terminal.ts';

type Table = typeof definitionOptions & typeof functionsOptions;

/** A command line after `castellan functions VERB`. */
export interface Told {
  readonly values: Partial<ReturnType<typeof parseOptions<Table>>['values']>;
  readonly operands: readonly string[];
  readonly terminal: Terminal;
  readonly interrupted: AbortSignal;
}

/** Does it; returns the exit code. */
export type Verb = (told: Told) => Promise<number>;

/** A version as it was typed. Throws a `UsageError`. */
export function versionOf(text: string, place: string): number {
  return readFlag(whole(1, 2 ** 31 - 1), text, place);
}

/** `--recorded` as it was typed. Throws a `UsageError`. */
export function recordedOf(text: string | undefined): CallRecord | undefined {
  return text === undefined ? undefined : readFlag(oneOf(namesOf(callRecords)), text, '--recorded');
}

/** The fields that are there. */
export function given<Fields extends object>(fields: Fields) {
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
}
