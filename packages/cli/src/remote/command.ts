import type { Artifact, Run, RunEvent } from '@castellan/protocol';
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
import { answering } from './answering.ts';
import { Remote } from './client.ts';

type Verb = (remote: Remote, id: string, terminal: Terminal, out?: string) => Promise<number>;

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
    return answering(terminal, () =>
      verbs[name](new Remote(process.env, interrupted), id, terminal, values.out),
    );
  };
}

const verbs = {
  /** Follows the log from its first line; exits with the exit code of the run. */
  logs: async (remote, id, { stdout }) => {
    const paint = paintFor(stdout, process.env);
    for await (const { event, data } of remote.events(id)) {
      if (event === 'run.finished') return exitCodeOf(data as Run);
      if (event === 'run.queued') continue;
      const line = eventLine(data as RunEvent, paint);
      if (line !== null) stdout.write(line);
    }
    return exitCodes.error;
  },

  get: async (remote, id, { stdout }) => {
    const run = await remote.read<Run>(`/v1/runs/${id}`);
    stdout.write(`${escapeJson(JSON.stringify(run, null, 2))}\n`);
    return exitCodes.ok;
  },

  cancel: async (remote, id, { stdout }) => {
    await remote.ask(`/v1/runs/${id}`, { method: 'DELETE' });
    stdout.write(`${id} is cancelled.\n`);
    return exitCodes.ok;
  },

  artifacts: async (remote, id, { stdout }, out) => {
    const { artifacts } = await remote.read<Run>(`/v1/runs/${id}`);
    await using folder = out === undefined ? undefined : await ArtifactFolder.open(out);
    for (const artifact of artifacts) {
      const path = folder === undefined ? '' : await fetched(remote, id, artifact, folder);
      const { name, sizeBytes, contentType } = artifact;
      const fields = [name, readableSize(sizeBytes), contentType, path].filter(Boolean);
      stdout.write(`${fields.map(escapeLine).join('  ')}\n`);
    }
    return exitCodes.ok;
  },
} satisfies Record<string, Verb>;

async function fetched(
  remote: Remote,
  id: string,
  { name }: Artifact,
  folder: ArtifactFolder,
): Promise<string> {
  const path = `/v1/runs/${id}/artifacts/${encodeURIComponent(name)}`;
  return folder.write(name, await remote.readBytes(path));
}
