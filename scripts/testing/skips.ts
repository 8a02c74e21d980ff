import type { TestRecord } from './records.ts';

/** A test that may be skipped where skipping is otherwise a failure. Both must match exactly. */
export interface AllowedSkip {
  readonly name: string;
  readonly reason: string;
}

/** Parses the list of allowed skips. Throws if an entry is not a name and a reason. */
export function parseAllowedSkips(json: string): AllowedSkip[] {
  const list: unknown = JSON.parse(json);
  if (!Array.isArray(list)) throw new Error('The list of allowed skips must be an array.');
  return list.map((entry: unknown) => {
    const { name, reason, ...rest } = (entry ?? {}) as Record<string, unknown>;
    const fields = [name, reason];
    const texts = fields.every((text) => typeof text === 'string' && text.trim() !== '');
    if (!texts || Object.keys(rest).length > 0) {
      throw new Error(`An allowed skip is { name, reason }, not ${JSON.stringify(entry)}.`);
    }
    return { name: name as string, reason: reason as string };
  });
}

/** Turns each skipped test that is not on the list into a failed one. */
export function refuseSkips(
  records: readonly TestRecord[],
  allowed: readonly AllowedSkip[],
): TestRecord[] {
  return records.map((record) => {
    if (record.outcome !== 'skipped') return record;
    const { name, reason } = record;
    if (allowed.some((skip) => skip.name === name && skip.reason === reason)) return record;
    const failure = `Skipped (${reason === '' ? 'no reason given' : reason}), and nothing allows it (test/allowed-skips.json).`;
    return { ...record, outcome: 'failed', failure };
  });
}

/** Whether the environment requests strict rules: `CI` is set, and not to a word for no. */
export function isStrict(environment: Readonly<Record<string, string | undefined>>): boolean {
  return !['', '0', 'false'].includes(environment['CI'] ?? '');
}
