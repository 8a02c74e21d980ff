import { resolve } from 'node:path';
import { UsageError } from '../args/usage-error.ts';

/** The path that `--chromium` names, absolute. Throws a `UsageError` if there is no `--browser`. */
export function chromiumOf({
  browser,
  chromium,
}: {
  readonly browser?: boolean | undefined;
  readonly chromium?: string | undefined;
}): string | undefined {
  if (chromium === undefined) return undefined;
  if (browser !== true) throw new UsageError('--chromium goes with --browser only.');
  return resolve(chromium);
}
