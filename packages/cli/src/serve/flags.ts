import type { OptionTable } from '../args/table.ts';

/** The options that set one of the config, as the config's reader takes them. */
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
