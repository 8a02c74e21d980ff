/** Builds the parts of a box: the runner in one file, the prelude, and the prelude's snapshot. */
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import ivm from 'isolated-vm';
import { blankJob } from '../src/engines/blank-job.ts';
import { bundleBrowser } from '../src/guest/browser/bundling.ts';
import { hostNames } from '../src/guest/host.ts';
import { bundleWorker } from '../src/engines/worker/bundling.ts';
import { platformBuildOptions } from '../src/guest/platform/bundling.ts';
import { bundleNodeBrowser } from '../src/engines/node/browser/bundling.ts';
import { buildBuiltins } from './builtins.ts';
import { compileRunner } from './code.ts';
import { buildNative } from './native.ts';
import { buildLibraries } from './libraries.ts';
import { buildPrograms } from './programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// Built beside the old one and then renamed, so that boxes that start meanwhile find a complete
// one.
const finished = `${root}dist/box`;
const box = `${finished}-${process.pid}/`;
mkdirSync(box, { recursive: true });

const programs = {
  runner: 'engines/isolate/start.ts',
  main: 'engines/isolate/main.ts',
  'node-runner': 'engines/node/main.ts',
};
for (const [name, source] of Object.entries(programs)) {
  // A function that `start.ts` calls. ASCII, since text with one byte per character takes half of
  // the memory.
  const called = { banner: { js: '(function (require) {' }, footer: { js: '})' } };
  await build({
    entryPoints: [`${root}src/${source}`],
    outfile: `${box}${name}.js`,
    bundle: true,
    platform: 'node',
    // CommonJS starts several milliseconds faster, since Node need not set up its module loader.
    format: 'cjs',
    target: 'node24',
    charset: 'ascii',
    minifySyntax: true,
    ...(name === 'main' ? called : {}),
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

// A snapshot works with one build of V8 only: other versions of Node build theirs from the prelude.
const warmup = `const hostNames = ${JSON.stringify(hostNames)};
const blankJob = ${JSON.stringify(blankJob)};
${readFileSync(`${root}src/guest/warmup.js`, 'utf8')}`;
writeFileSync(`${box}warmup.js`, warmup);
const snapshot = ivm.Isolate.createSnapshot([{ code, filename: 'castellan:prelude' }], warmup);
const snapshotFile = `${box}snapshot-${process.version}-${process.arch}.blob`;
writeFileSync(snapshotFile, new Uint8Array(snapshot.copy()));

buildNative(box);
await buildPrograms(box);
await buildLibraries(box, snapshotFile);
await buildBuiltins(box, snapshotFile);
await compileRunner(box, snapshotFile);

// Puppeteer is in a separate snapshot, for boxes with a browser.
const browserCode = await bundleBrowser();
writeFileSync(`${box}browser.js`, browserCode);
await bundleNodeBrowser(`${box}node-browser.js`);
const browserSnapshot = ivm.Isolate.createSnapshot(
  [
    { code, filename: 'castellan:prelude' },
    { code: browserCode, filename: 'castellan:browser' },
  ],
  warmup,
);
writeFileSync(
  `${box}browser-snapshot-${process.version}-${process.arch}.blob`,
  new Uint8Array(browserSnapshot.copy()),
);

// Not part of a box: the SDK ships it, for pages.
writeFileSync(`${root}dist/worker.js`, await bundleWorker());

rmSync(finished, { recursive: true, force: true });
renameSync(box, finished);

// The licences of bundled libraries must be shipped too; those of built-ins are beside their
// bundles.
const bundled = [
  'acorn',
  'cjs-module-lexer',
  '@exodus/bytes',
  'node-inspect-extracted',
  'whatwg-url',
  'tr46',
  'webidl-conversions',
  'punycode',
  'whatwg-mimetype',
  'pako',
  'urlpattern-polyfill',
  'web-streams-polyfill',
  'eslint-scope',
  'esrecurse',
  'estraverse',
  '@jridgewell/trace-mapping',
  '@jridgewell/sourcemap-codec',
  '@jridgewell/resolve-uri',
  'typescript',
];
const notices = bundled.map((name) => {
  const own = `${root}node_modules/${name}/`;
  const shared = fileURLToPath(new URL(`../../../node_modules/${name}/`, import.meta.url));
  const folder = existsSync(own) ? own : shared;
  const entries = readdirSync(folder);
  const file =
    entries.find((entry) => /^licen[cs]e/i.test(entry)) ??
    // esrecurse has its licence in its readme.
    entries.find((entry) => /^readme/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence file`);
  const { version } = JSON.parse(readFileSync(`${folder}package.json`, 'utf8')) as {
    version: string;
  };
  return `${name} ${version}\n\n${readFileSync(folder + file, 'utf8').trim()}\n`;
});
writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, notices.join(`\n${'-'.repeat(72)}\n\n`));
