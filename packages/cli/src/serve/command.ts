import { shown } from '@castellan/protocol/kinds';
import { once } from 'node:events';
import { parseOptions } from '../args/parse.ts';
import { serveHelp } from '../args/service-help.ts';
import { helpText } from '../args/help-page.ts';
import { serveOptions } from '../args/service-table.ts';
import { UsageError } from '../args/usage-error.ts';
import { complaint } from '../output/complaint.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodes } from '../run/exit-code.ts';
import { flagsOf } from './flags.ts';

/** `castellan serve`: runs the service in the foreground until it is interrupted. */
export async function serveCommand(
  args: readonly string[],
  { stdout, stderr }: Terminal,
  interrupted: AbortSignal,
): Promise<number> {
  const { values, positionals } = parseOptions(args, serveOptions);
  if (values.help === true) {
    stdout.write(helpText(serveHelp));
    return exitCodes.ok;
  }
  if (positionals.length > 0) {
    throw new UsageError(`serve takes no argument, not ${shown(positionals[0])}.`);
  }
  // Imported here, so that other commands do not load the server.
  const { FolderInUseError, loadConfig, serve } = await import('@castellan/server');
  const config = await loadConfig(values.config, flagsOf(values, serveOptions));
  for (const { name, isolation } of config.policies.values()) {
    if (isolation === 'none') stderr.write(paintFor(stderr, process.env)('red', noWalls(name)));
  }
  try {
    await using service = await serve(config);
    stdout.write(`Castellan listens on ${service.url}\n`);
    if (!interrupted.aborted) await once(interrupted, 'abort');
    await service.drain((interrupted.reason as DOMException).message);
  } catch (error) {
    // The host or port cannot be used; the message names it.
    const isOfListening = ['listen', 'getaddrinfo'].includes(
      (error as NodeJS.ErrnoException).syscall ?? '',
    );
    if (!(error instanceof FolderInUseError) && !isOfListening) throw error;
    stderr.write(complaint((error as Error).message));
    return exitCodes.error;
  }
  return exitCodes.ok;
}

function noWalls(policy: string): string {
  return `castellan: WARNING: the policy ${policy} has isolation "none". A script that gets out of the V8 isolate has all the rights of this service.\n`;
}
