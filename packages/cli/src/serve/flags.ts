import type { OptionTable } from '../args/table.ts';

/** Maps flags to options of the config, in the form that its reader expects. */
export function flagsOf(
  values: Readonly<Record<string, unknown>>,
  table: OptionTable,
): Record<string, { value: string; name: string }> {
  const flags: Record<string, { value: string; name: string }> = {};
  for (const [name, { config }] of Object.entries(table)) {
    const value = values[name];
    if (config !== undefined && typeof value === 'string') {
      flags[config] = { value, name: `--${name}` };
    }
  }
  return flags;
}
