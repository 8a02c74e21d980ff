import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import assert from 'node:assert/strict';
import { forEachEngine, texts } from './contract.support.ts';
import { modulePrograms, type Program } from './module-programs.support.ts';

const start = promisify(execFile);

/** Text of a caught value: its class, code and message, or that it is no error. */
const told = (name: string): string =>
  `(${name} instanceof Error ? [${name}.name, ${name}.code, ${name}.message].join(" | ") : "no error: " + String(${name}))`;

function filesOf({ files }: Program): Record<string, string> {
  const written = Object.entries(files).map(([name, text]) => [
    name,
    text.replaceAll(/TELL\(([^()]+)\)/g, (_, about: string) => told(about)),
  ]);
  return Object.fromEntries(written) as Record<string, string>;
}

/** What plain Node prints. */
async function printedByNode(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'castellan-plain-'));
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
    const [entry = ''] = Object.keys(files);
    const { stdout } = await start(process.execPath, ['--no-warnings', join(folder, entry)], {
      cwd: folder,
    });
    return stdout.trimEnd().replaceAll(`file://${folder}/`, '').replaceAll(`${folder}/`, '');
  } finally {
    await rm(folder, { recursive: true });
  }
}

forEachEngine(({ contract, sandboxForFile }) => {
  const sandbox = sandboxForFile({ modules: [] });
  for (const program of modulePrograms) {
    contract(`as Node: ${program.name}`, async () => {
      const files = filesOf(program);
      const [entry = ''] = Object.keys(files);
      const [expected, run] = await Promise.all([
        printedByNode(files),
        sandbox().run({ files, entry }),
      ]);
      // What is dropped at the end, Node drops without a word.
      const printed = texts(run)
        .filter((text) => !text.startsWith('Dropped at the end of the script: '))
        .join('\n')
        .replaceAll('file:///script/', '')
        .replaceAll('/script/', '');
      const ended = run.error === null ? '' : `${run.error.name}: ${run.error.message}`;
      assert.deepEqual({ printed, ended }, { printed: expected, ended: '' });
    });
  }
});
