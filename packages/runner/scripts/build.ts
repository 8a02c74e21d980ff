/** Builds what a box needs: the runner in one file, the prelude, and the prelude's snapshot. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { platformBuildOptions } from '../src/guest/platform/bundling.ts';
import { buildBuiltins } from './builtins.ts';
import { buildLibraries } from './libraries.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const box = `${root}dist/box/`;
mkdirSync(box, { recursive: true });

await build({
  entryPoints: [`${root}src/main.ts`],
  outfile: `${box}runner.js`,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  charset: 'utf8',
  minifySyntax: true,
});

const prelude = await build({
  ...platformBuildOptions,
  entryPoints: [`${root}src/guest/main.ts`],
  write: false,
});
const code = prelude.outputFiles[0]?.text ?? '';
writeFileSync(`${box}prelude.js`, code);
writeFileSync(`${box}package.json`, '{"type":"module"}\n');

// A snapshot fits one build of V8 only: other versions of Node make their own from the prelude.
const warmup = readFileSync(`${root}src/guest/warmup.js`, 'utf8');
writeFileSync(`${box}warmup.js`, warmup);
const snapshot = ivm.Isolate.createSnapshot([{ code, filename: 'castellan:prelude' }], warmup);
const snapshotFile = `${box}snapshot-${process.version}-${process.arch}.blob`;
writeFileSync(snapshotFile, new Uint8Array(snapshot.copy()));

await buildLibraries(box, snapshotFile);
await buildBuiltins(box, snapshotFile);
