import { recordParts, type RecordSettings } from '@castellan/protocol';
import { oneOf } from '@castellan/protocol/kinds';
import { readFlag } from '../args/usage-error.ts';

/** Reads `--record`: names with commas between them, and the option repeated. Throws a `UsageError`. */
export function parseRecord(given: readonly string[]): RecordSettings {
  const parts = given.flatMap((list) => list.split(','));
  const known = parts.map((part) => readFlag(oneOf(recordParts), part.trim(), '--record'));
  return Object.fromEntries(known.map((part) => [part, true]));
}
