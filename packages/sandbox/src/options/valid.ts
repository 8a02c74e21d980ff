import { CastellanError, engines, type Reuse } from '@castellan/protocol';
import { type Kind, readOption, shape } from '@castellan/protocol/kinds';
import { withHardened } from './hardened.ts';
import type { RunOptions, SandboxOptions } from './options.ts';
import { runOptionTable } from './run-table.ts';
import { type OptionRow, sandboxOptionTable } from './table.ts';

type Rows = Readonly<Record<string, { readonly kind: Kind<unknown> }>>;

const sandboxKind = kindOf(sandboxOptionTable);
const runKind = kindOf(runOptionTable);
const { limits, tenant, signal, modules } = runOptionTable;
const checkKind = kindOf({ limits, tenant, signal, modules });

/** A checked copy. Throws `invalid_option` for an unknown option or one of the wrong kind. */
export function checkOptions(given: unknown): SandboxOptions {
  const options = readOption(sandboxKind, given, '') as SandboxOptions;
  checkEngine(options);
  return withHardened(options);
}

/** As `checkOptions`, for `sandbox.run`. */
export function checkRunOptions(given: unknown): RunOptions {
  return readOption(runKind, given, '');
}

/** As `checkOptions`, for `sandbox.check`. */
export function checkCheckingOptions(
  given: unknown,
): Pick<RunOptions, 'limits' | 'tenant' | 'signal' | 'modules'> {
  return readOption(checkKind, given, '');
}

/** An object with any of the options of a table. */
function kindOf(rows: Rows): Kind<object> {
  const fields = Object.entries(rows).map(([name, { kind }]) => [name, kind] as const);
  return shape<Readonly<Record<string, unknown>>>('an object', Object.fromEntries(fields), {
    optional: Object.keys(rows),
  });
}

/** Refuses what the engine does not have. */
function checkEngine(options: SandboxOptions): void {
  const { engine = 'isolate', reuse } = options;
  for (const [option, row] of Object.entries<OptionRow<unknown>>(sandboxOptionTable)) {
    const value = options[option as keyof SandboxOptions];
    if (row.engine === undefined || value === undefined || value === false) continue;
    if (engine === row.engine.name) continue;
    throw new CastellanError(
      'invalid_option',
      `${option} goes with engine ${row.engine.name} only. ${row.engine.why}`,
      { option, value },
    );
  }
  const allowed: readonly Reuse[] = engines[engine].reuses;
  if (reuse === undefined || allowed.includes(reuse)) return;
  throw new CastellanError(
    'invalid_option',
    `reuse must be ${allowed.join(' or ')} with engine ${engine}: the script shares the process with what would run next.`,
    { option: 'reuse', value: reuse, allowed },
  );
}
