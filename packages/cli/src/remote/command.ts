import type { Client } from '@castellan/sdk';
import { parseOptions } from '../args/parse.ts';
import { remoteHelp } from '../args/service-help.ts';
import { helpText } from '../args/help-page.ts';
import { remoteOptions } from '../args/service-table.ts';
import { UsageError } from '../args/usage-error.ts';
import { readableSize } from '../args/units.ts';
import { ArtifactFolder } from '../output/artifact-folder.ts';
import { escapeJson, escapeLine } from '../output/escape.ts';
import { eventLine } from '../output/events.ts';
import { paintFor, type Terminal } from '../output/terminal.ts';
import { exitCodeOf, exitCodes } from '../run/exit-code.ts';
import { withService } from './service.ts';

interface Asked {
  readonly castellan: Client;
  readonly id: string;
  readonly signal: AbortSignal;
  readonly out: string | undefined;
}

type Verb = (asked: Asked, stdout: Terminal['stdout']) => Promise<number>;

/** `castellan logs|get|cancel|artifacts RUN_ID`: reads or cancels a run over HTTP. */
export function remoteCommand(name: keyof typeof verbs) {
  return async (
    args: readonly string[],
    terminal: Terminal,
    interrupted: AbortSignal,
  ): Promise<number> => {
    const { values, positionals } = parseOptions(args, remoteOptions);
    if (values.help === true) {
      terminal.stdout.write(helpText(remoteHelp));
      return exitCodes.ok;
    }
    const [id = '', ...rest] = positionals;
    if (!/^run_[0-9a-f]{32}$/.test(id) || rest.length > 0) {
      throw new UsageError(
        `${name} needs the id of one run (run_ and 32 digits), not ${JSON.stringify(positionals.join(' '))}.`,
      );
    }
    if (values.out !== undefined && name !== 'artifacts') {
      throw new UsageError('--out is for artifacts only.');
    }
    return withService(process.env, terminal, (castellan) =>
      verbs[name]({ castellan, id, signal: interrupted, out: values.out }, terminal.stdout),
    );
  };
}

const verbs = {
  /** Follows the log from its first line; exits with the exit code of the run. */
  logs: async ({ castellan, id, signal }, stdout) => {
    const paint = paintFor(stdout, process.env);
    const run = await castellan.runs.get(id, { signal });
    for await (const event of run.events({ signal })) {
      if (event.type === 'run.finished') return exitCodeOf(event.run);
      const line = eventLine(event, paint);
      if (line !== null) stdout.write(line);
    }
    return exitCodes.error;
  },

  get: async ({ castellan, id, signal }, stdout) => {
    const run = await castellan.runs.get(id, { signal });
    stdout.write(`${escapeJson(JSON.stringify(run, null, 2))}\n`);
    return exitCodes.ok;
  },

  cancel: async ({ castellan, id, signal }, stdout) => {
    await castellan.runs.cancel(id, { signal });
    stdout.write(`${id} is cancelled.\n`);
    return exitCodes.ok;
  },

  artifacts: async ({ castellan, id, signal, out }, stdout) => {
    const run = await castellan.runs.get(id, { signal });
    await using folder = out === undefined ? undefined : await ArtifactFolder.open(out);
    for (const { name, sizeBytes, contentType } of run.artifacts) {
      const path = (await folder?.write(name, await run.artifact(name, { signal }))) ?? '';
      const fields = [name, readableSize(sizeBytes), contentType, path].filter(Boolean);
      stdout.write(`${fields.map(escapeLine).join('  ')}\n`);
    }
    return exitCodes.ok;
  },
} satisfies Record<string, Verb>;
