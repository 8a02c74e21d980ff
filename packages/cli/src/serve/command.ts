import { shown } from '@castellan/protocol/kinds';
import { once } from 'node:events';
import { inFlags } from '../args/flag-names.ts';
import { parseOptions } from '../args/parse.ts';
import { serveHelp } from '../args/service-help.ts';
import { helpText } from '../args/help-page.ts';
import { limitOptions } from '../args/table.ts';
import { serveOptions } from '../args/service-table.ts';
import { UsageError } from '../args/usage-error.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { chromiumOf } from '../run/chromium.ts';
import { parseLimits } from '../run/request.ts';
import { flagsOf, policyFlagsOf } from './flags.ts';

/** `castellan serve`: runs the service in the foreground until it is interrupted. */
export async function serveCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const table = { ...serveOptions, ...limitOptions };
  const { values, positionals } = parseOptions(args, table);
  if (values.help === true) {
    stdout.write(helpText(serveHelp));
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`serve takes no argument, not ${shown(positionals[0])}.`);
  }
  // Imported here, so that other commands do not load the server.
  const { loadConfig, serve } = await import('@castellan/server');
  const chromium = chromiumOf(values);
  const load = (isAgain: boolean): ReturnType<typeof loadConfig> =>
    loadConfig(
      values.config,
      flagsOf(values, serveOptions),
      process.env,
      policyFlagsOf({ ...values, chromium }, table, parseLimits(values)),
      isAgain,
    );
  const config = await load(false);
  for (const { name, isolation } of config.policies.values()) {
    if (isolation === 'none') stderr.write(paintFor(stderr, process.env)('red', noWalls(name)));
  }
  await using service = await serve(config).catch((error: unknown) => {
    throw config.file === null ? inFlags(error) : error;
  });
  using heard = new DisposableStack();
  // Before anybody is told that it is there: without a listener the signal would end the program.
  heard.use(onHangup(() => void service.reload(() => load(true))));
  stdout.write(`Castellan listens on ${service.url}\n`);
  for (const [page, url] of service.pages) stdout.write(`The ${page} is at ${url}\n`);
  const { functionsUrl } = service;
  if (functionsUrl !== null) stdout.write(`Functions answer at ${functionsUrl}/f/TENANT/NAME\n`);
  if (!interrupted.aborted) await once(interrupted, 'abort');
  await service.drain((interrupted.reason as DOMException).message);
  return exitCodes.ok;
}

/**
 * Calls `reload` at each SIGHUP. Not at a terminal, whose end is that signal too: there it ends the program, as it
 * does any other.
 */
function onHangup(reload: () => void): Disposable {
  if (process.stdin.isTTY) return { [Symbol.dispose]: () => undefined };
  process.on('SIGHUP', reload);
  return { [Symbol.dispose]: () => void process.off('SIGHUP', reload) };
}

function noWalls(policy: string): string {
  return `castellan: WARNING: the policy ${policy} has isolation "none". A script that gets out of the V8 isolate has all the rights of this service.\n`;
}
