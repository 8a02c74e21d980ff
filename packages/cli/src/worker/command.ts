import { shown } from '@castellan/protocol/kinds';
import { parseOptions } from '../args/parse.ts';
import { workerHelp } from '../args/worker-help.ts';
import { helpText } from '../args/help-page.ts';
import { workerOptions } from '../args/worker-table.ts';
import { UsageError } from '../args/usage-error.ts';
import { escapeLine } from '../output/escape.ts';
import type { Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';

/** `castellan worker`: a launcher of a service on another machine, in the foreground until it is interrupted. */
export async function workerCommand(
  args: readonly string[],
  { stdout }: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, workerOptions);
  if (values.help === true) {
    stdout.write(helpText(workerHelp));
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`worker takes no argument, not ${shown(positionals[0])}.`);
  }
  const url = urlOf(values.url ?? process.env['CASTELLAN_URL']);
  const key = values.key ?? process.env['CASTELLAN_KEY'];
  if (key === undefined) {
    throw new UsageError(
      'worker lacks a key: --key or CASTELLAN_KEY. castellan keys create --scope work makes one on the service.',
    );
  }
  const labels = labelsOf(values.label ?? []);
  const concurrency = countOf(values.concurrency);
  // Imported here, so that other commands do not load the server.
  const { work } = await import('@castellan/server');
  const onReady = (policies: readonly string[]): void => {
    stdout.write(`Castellan works for ${url.origin}: ${escapeLine(policies.join(', '))}\n`);
  };
  const chosen = { policies: values.policy ?? null, labels, concurrency };
  await work({ url, key, ...chosen, onReady }, interrupted);
  return exitCodes.ok;
}

function urlOf(given: string | undefined): URL {
  if (given === undefined)
    throw new UsageError('worker lacks the service: --url or CASTELLAN_URL.');
  const url = URL.parse(given);
  if (url !== null && /^https?:$/.test(url.protocol)) return url;
  throw new UsageError(`--url must be an http URL, not ${shown(given)}.`);
}

function labelsOf(given: readonly string[]): Record<string, string> {
  const labels = given.map((label) => {
    const [, name, value] = /^([\w.\-/]{1,64})=(.{1,256})$/.exec(label) ?? [];
    if (name !== undefined && value !== undefined) return [name, value] as const;
    throw new UsageError(`--label must be NAME=VALUE, such as zone=eu, not ${shown(label)}.`);
  });
  return Object.fromEntries(labels);
}

function countOf(given: string | undefined): number | null {
  if (given === undefined) return null;
  const count = Number(given);
  if (/^\d{1,4}$/.test(given) && count >= 1 && count <= 4_096) return count;
  throw new UsageError(`--concurrency must be a number from 1 to 4096, not ${shown(given)}.`);
}
