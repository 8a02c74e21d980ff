// In full Node every import of Puppeteer resolves to the run's own: in scripts, packages and checks.
import { createSandbox, type Sandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

const runtime = mkdtempSync(join(tmpdir(), 'castellan-runtime-'));
const nodeModules = join(runtime, 'node_modules');
const packages = {
  'by-require': "exports.puppeteer = require('puppeteer');",
  'by-import': "import puppeteer from 'puppeteer-core'; export { puppeteer };",
};
let sandbox: Sandbox;

before(async () => {
  for (const [name, source] of Object.entries(packages)) {
    const folder = join(nodeModules, name);
    mkdirSync(folder, { recursive: true });
    const type = name === 'by-import' ? 'module' : 'commonjs';
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, type, main: 'index.js' }));
    writeFileSync(join(folder, 'index.js'), source);
  }
  sandbox = await createSandbox({ engine: 'node', nodeModules, browser: { warm: 0 } });
});
after(async () => {
  await sandbox.close();
  rmSync(runtime, { recursive: true });
});

test('packages that use Puppeteer have the run’s browser', async () => {
  const { value, error } = await sandbox.run(`
    const packages = [require('by-require'), await import('by-import')];
    const [one] = await (await packages[0].puppeteer.launch()).pages();
    await one.setContent('<title>by a package</title>');
    return [packages.every((each) => each.puppeteer === puppeteer), await page.title()];`);
  assert.deepEqual(value, [true, 'by a package'], error?.stack);
});

test('a check knows the browser’s globals and Puppeteer’s names', async () => {
  const files = {
    'main.js':
      "import puppeteer from 'puppeteer'; import './other.mjs'; await page.goto(browsers);",
    'other.mjs': "import { KnownDevices, nothing } from 'puppeteer-core'; export { KnownDevices };",
  };
  const { problems } = await sandbox.check({ files, entry: 'main.js' });
  assert.deepEqual(
    problems.map(({ file, message }) => [file, message]),
    [
      ['main.js', '"browsers" is not defined'],
      [
        'other.mjs',
        "The requested module 'puppeteer-core' does not provide an export named 'nothing'",
      ],
    ],
  );
});
