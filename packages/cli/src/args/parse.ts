import { shown } from '@castellan/protocol/kinds';
import { parseArgs } from 'node:util';
import type { OptionTable } from './row.ts';
import { unknownWord, UsageError } from './usage-error.ts';

/**
 * Returns the options and positionals in `args`. Throws a `UsageError` for an option that is not in
 * `table`.
 */
export function parseOptions<const Table extends OptionTable>(
  args: readonly string[],
  table: Table,
) {
  refuse(args, table);
  return parseArgs({ args: [...args], options: table, allowPositionals: true, strict: true });
}

/** Throws for what the strict parser would refuse too, with messages of this program. */
function refuse(args: readonly string[], table: OptionTable): void {
  const { tokens } = parseArgs({
    args: [...args],
    options: table,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const row = Object.hasOwn(table, name) ? table[name] : undefined;
    if (row === undefined) {
      const known = Object.keys(table).map((each) => `--${each}`);
      throw unknownWord('option', rawName, known);
    }
    if (row.type === 'boolean') {
      if (value === undefined) continue;
      throw new UsageError(`${rawName} takes no value, not ${shown(value)}.`);
    }
    if (value === undefined)
      throw new UsageError(`${rawName} lacks its value: ${rawName} ${row.value}.`);
    if (!inlineValue && value.startsWith('-') && value !== '-') {
      throw new UsageError(
        `${rawName} is followed by ${shown(value)}. A value that begins with a dash is written ${rawName}=${value}`,
      );
    }
  }
}
