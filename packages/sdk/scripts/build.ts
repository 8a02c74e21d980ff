/** Writes the program of the browser sandbox's workers as a module, which pages load at their first run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const runner = dirname(fileURLToPath(import.meta.resolve('@castellan/runner/package.json')));
const source = readFileSync(join(runner, 'dist/worker.js'), 'utf8');
writeFileSync(
  join(dist, 'browser-sandbox/worker-source.js'),
  `export const workerSource = ${JSON.stringify(source)};\n`,
);
/** What of others is in it. */
const bundled = new Set([
  'acorn',
  '@exodus/bytes',
  'cjs-module-lexer',
  'node-inspect-extracted',
  'pako',
  'urlpattern-polyfill',
  'web-streams-polyfill',
  'whatwg-mimetype',
]);
const rule = `\n${'-'.repeat(72)}\n\n`;
const notices = readFileSync(join(runner, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
  .split(rule)
  .filter((notice) => bundled.has(notice.split(' ', 1)[0] ?? ''));
if (notices.length !== bundled.size) throw new Error('the licence of a bundled library is missing');
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), notices.join(rule));
