/** Builds what a box needs: the runner in one file, the prelude, and the prelude's snapshot. */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { bundleLibrary, platformBuildOptions } from '../src/guest/platform/bundling.ts';
import { libraryEntries, type LibraryName } from '../src/guest/platform/library-names.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Made aside and moved into place, so that whoever starts boxes meanwhile finds a whole one.
const finished = `${root}dist/box`;
const box = `${finished}-${process.pid}/`;
mkdirSync(`${box}libraries`, { recursive: true });

// What a check needs stands aside: the start of a box must not pay for it.
for (const [source, file] of [
  ['main.ts', 'runner.js'],
  ['check/references.ts', 'references.js'],
]) {
  await build({
    entryPoints: [`${root}src/${source}`],
    outfile: `${box}${file}`,
    bundle: true,
    platform: 'node',
    // Node starts CommonJS several milliseconds sooner: no module loader has to be set up.
    format: 'cjs',
    target: 'node24',
    charset: 'utf8',
    minifySyntax: true,
  });
}

const prelude = await build({
  ...platformBuildOptions,
  entryPoints: [`${root}src/guest/main.ts`],
  write: false,
});
const code = prelude.outputFiles[0]?.text ?? '';
writeFileSync(`${box}prelude.js`, code);
writeFileSync(`${box}package.json`, '{"type":"commonjs"}\n');

for (const name of Object.keys(libraryEntries) as LibraryName[]) {
  writeFileSync(`${box}libraries/${name}.js`, await bundleLibrary(name));
}

// A snapshot fits one build of V8 only: other versions of Node make their own from the prelude.
const warmup = readFileSync(`${root}src/guest/warmup.js`, 'utf8');
writeFileSync(`${box}warmup.js`, warmup);
const snapshot = ivm.Isolate.createSnapshot([{ code, filename: 'castellan:prelude' }], warmup);
writeFileSync(
  `${box}snapshot-${process.version}-${process.arch}.blob`,
  new Uint8Array(snapshot.copy()),
);

rmSync(finished, { recursive: true, force: true });
renameSync(box, finished);

// The bundled libraries ask for their notices to go along.
const bundled = [
  ...['acorn', 'cjs-module-lexer', '@exodus/bytes', 'node-inspect-extracted'],
  ...['whatwg-url', 'tr46', 'webidl-conversions', 'punycode', 'whatwg-mimetype'],
  ...['pako', 'urlpattern-polyfill', 'web-streams-polyfill'],
  ...['eslint-scope', 'esrecurse', 'estraverse'],
];
const notices = bundled.map((name) => {
  const folder = fileURLToPath(new URL(`../../../node_modules/${name}/`, import.meta.url));
  const entries = readdirSync(folder);
  const file =
    entries.find((entry) => /^licen[cs]e/i.test(entry)) ??
    // esrecurse has its licence in its introduction.
    entries.find((entry) => /^readme/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const { version } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
    version: string;
  };
  return `${name} ${version}\n\n${readFileSync(folder + file, 'utf8').trim()}\n`;
});
writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${'-'.repeat(72)}\n\n`));
