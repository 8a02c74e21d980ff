/**
 * Builds the pages into `dist/page`, each file as gzip has it. Takes half a minute, so it is left out
 * while nothing that goes in has changed.
 */
import { frameDocument } from '@castellan/sdk/browser-sandbox';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Rolldown } from 'vite';
import { puppeteerDeclarations, webDeclarations } from './declarations.ts';
import { notices } from './notices.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const packages = join(root, '..');
const finished = join(root, 'dist', 'page');
const stamp = join(finished, 'inputs');

const inputs = [
  ...globSync(['src/**/*', 'scripts/*', '*.html', 'package.json'], { cwd: root }).map((file) =>
    join(root, file),
  ),
  ...globSync('{protocol,sdk}/dist/**/*.js', { cwd: packages }).map((file) => join(packages, file)),
]
  .filter((file) => /\.\w+$/.test(file) && !/\.test\.\w+$/.test(file))
  .toSorted();
const hash = createHash('sha256').update(process.version);
for (const file of inputs) hash.update(file.slice(packages.length)).update(readFileSync(file));
const fingerprint = hash.digest('hex');

if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) {
  console.log('pages: nothing changed');
} else {
  await buildPages();
}

async function buildPages(): Promise<void> {
  const files = new Map<string, string | Uint8Array>();
  /** Names a file by its content, so that browsers may keep it for ever. */
  const named = (name: string, text: string): string => {
    const print = createHash('sha256').update(text).digest('base64url').slice(0, 8);
    const file = `playground/${name}-${print}.d.ts`;
    files.set(file, text);
    return `./${file}`;
  };
  const typeFiles = {
    web: named('web', webDeclarations()),
    puppeteer: named('puppeteer', puppeteerDeclarations()),
  };
  const bundle = async (
    rolldownOptions: Rolldown.RolldownOptions,
    define: Record<string, string>,
  ): Promise<Rolldown.RolldownOutput['output']> => {
    const built = await build({
      configFile: false,
      root,
      base: './',
      logLevel: 'error',
      define,
      oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
      worker: { format: 'es' },
      // What takes types out works with the editor's compiler.
      resolve: { alias: { typescript: join(root, 'src/compiler/compiler.ts') } },
      build: {
        write: false,
        assetsDir: 'playground',
        assetsInlineLimit: 0,
        modulePreload: { polyfill: false },
        target: 'es2022',
        reportCompressedSize: false,
        chunkSizeWarningLimit: 10_000,
        rolldownOptions,
      },
    });
    const { output } = built as Rolldown.RolldownOutput;
    for (const part of output) {
      files.set(part.fileName, part.type === 'chunk' ? part.code : part.source);
    }
    return output;
  };
  // By itself: what it has in common with the pages would be cut out of them into files of its own.
  const [runner] = await bundle(
    { input: join(root, 'src/here/sandbox.ts'), preserveEntrySignatures: 'strict' },
    {},
  );
  await bundle(
    { input: globSync('*.html', { cwd: root }).map((file) => join(root, file)) },
    {
      typeFiles: JSON.stringify(typeFiles),
      sandboxFile: JSON.stringify(`./${runner.fileName}`),
    },
  );
  // Monaco would start it where the page had none of its own.
  for (const name of files.keys()) if (/\/ts\.worker-/.test(name)) files.delete(name);
  // The frame of runs in the visitor's own browser: text of the sandbox, with a policy of its own.
  files.set('frame.html', frameDocument);
  // Put together beside the old one and then renamed, so that a service that starts finds a whole one.
  const folder = `${finished}-${process.pid}`;
  for (const [name, content] of files) {
    const path = join(folder, `${name}.gz`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, gzipSync(content, { level: 9 }));
  }
  writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), notices());
  writeFileSync(join(folder, 'inputs'), fingerprint);
  rmSync(finished, { recursive: true, force: true });
  renameSync(folder, finished);
}
