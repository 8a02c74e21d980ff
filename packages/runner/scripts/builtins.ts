/** Builds the Node built-ins that scripts may be allowed: one bundle each, tried in a runner. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  bundleFiles,
  compilerFor,
  type Draft,
  type DraftMember,
  type Include,
  includesOf,
  type IsolatedVm,
  isolatePlatform,
  type Link,
  noticesText,
  press,
  trialOf,
  trialScript,
  type TryOut,
} from '@castellan/press';
import { builtinsName } from '@castellan/protocol/runtimes';
import ivm from 'isolated-vm';
import { builtins } from '../src/guest/builtins/names.ts';
import { nodeNotice, nodeSource } from './node-source.ts';
import { runPlainly } from './run.ts';

const folder = fileURLToPath(new URL('../src/guest/builtins/', import.meta.url));

const processFile = join(folder, 'process.ts');

/** Not part of a box. */
const sourceFolder = fileURLToPath(new URL('../dist/node-source', import.meta.url));
const repository = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

/** Writes `manifest.json` and the bundles to `BOX/builtins`. The rest of the box must exist. */
export async function buildBuiltins(box: string, snapshot: string): Promise<void> {
  const files = [...new Set(Object.values(builtins))].map((file) => join(folder, file));
  const outFolder = join(box, builtinsName);
  rmSync(outFolder, { recursive: true, force: true });
  mkdirSync(outFolder, { recursive: true });
  await press(
    await draftOf(files),
    outFolder,
    tryIn(box, snapshot),
    compilerFor(ivm as unknown as IsolatedVm, readFileSync(snapshot)),
  );
}

async function draftOf(files: readonly string[]): Promise<Draft> {
  const names = Object.entries(builtins).map(([name, file]) => ({
    name,
    file: join(folder, file),
  }));
  const bundleOf = (file: string): string => {
    const { name = '' } = names.find((candidate) => candidate.file === file) ?? {};
    return `${name.replace('/', '.')}.js`;
  };
  const fileOf = (name: string | undefined): string | undefined =>
    names.find((candidate) => candidate.name === name)?.file;
  const linkTo = (file: string): Link => ({
    member: `${builtinsName}/${bundleOf(file)}#0`,
    kind: 'commonjs',
  });
  const source = nodeSource(sourceFolder, processFile);
  const bundles = new Map<string, string>();
  const includes: Include[] = [];
  for (const file of files) {
    const { text, metafile } = await bundleFiles([file], {
      folder,
      within: [repository],
      platform: isolatePlatform,
      inject: [processFile, source],
      takesDefault: true,
      keepsNames: true,
      // One instance of each, however it is imported: a Buffer of crypto's is one of buffer's.
      resolved: (importer, specifier) =>
        specifier.startsWith('.') ? join(dirname(importer), specifier) : undefined,
      builtin(name) {
        const found = fileOf(name);
        return found === undefined || found === file ? undefined : linkTo(found).member;
      },
      elsewhere(path) {
        return path === file || !files.includes(path) ? undefined : linkTo(path);
      },
    });
    bundles.set(bundleOf(file), text);
    includes.push(...includesOf(folder, metafile, ''));
  }
  const members = files.map((file): DraftMember => ({
    bundle: bundleOf(file),
    index: 0,
    kind: 'commonjs',
    isMain: true,
  }));
  const specifiers = names.map(
    ({ name, file }) => [name, [files.indexOf(file), files.indexOf(file)]] as const,
  );
  return {
    name: builtinsName,
    types: new Map(),
    notices: `${noticesText(includes)}\n${nodeNotice()}\n`,
    packages: {},
    bundles,
    members,
    specifiers: Object.fromEntries(specifiers),
  };
}

const tryIn =
  (box: string, snapshot: string): TryOut =>
  async (_folder, steps) => {
    const value = await runPlainly(box, snapshot, trialScript, steps, Object.keys(builtins));
    const trial = trialOf(value, [...steps.main, ...steps.others]);
    const failures = [...trial.failed.values()];
    if (failures.length > 0) throw new Error(`a built-in cannot be loaded: ${failures.join('; ')}`);
    return trial;
  };
