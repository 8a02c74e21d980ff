// The manual as a site: built whole, and looked at in Chromium. Its packages come from npm.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { test } from 'node:test';
import { launch, serve } from '../browser-sandbox/page.support.ts';
import { problemsOf } from '../../site/check.ts';
import { root } from '../../site/pages.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

test('the site builds, asks no other host, and is searched', async () => {
  const out = execFileSync(process.execPath, [join(root, 'site/build.ts')], { encoding: 'utf8' });
  assert.match(out, /all links lead somewhere, no other host is asked\n$/);
  const dist = join(root, 'site/dist/site');
  assert.deepEqual(problemsOf(dist, '/'), []);
  await using site = await serve(({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://a/').pathname);
    const file = join(dist, path.endsWith('/') ? `${path}index.html` : path);
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.setHeader('content-type', types[extname(file)] ?? 'application/octet-stream');
    response.end(readFileSync(file));
  });
  const browser = await launch();
  try {
    const page = await browser.newPage();
    const foreign: string[] = [];
    page.on('request', (request) => {
      const address = request.url();
      if (!address.startsWith(site.origin) && !address.startsWith('data:')) foreign.push(address);
    });
    await page.goto(`${site.origin}/security/model/`);
    assert.equal(await page.$$eval('img', (images) => images.length), 3);
    await page.click('button[data-open-modal]');
    const field = await page.waitForSelector('dialog input', { visible: true });
    await field?.type('memoryBytes');
    const found = await page.waitForSelector('dialog a[href*="/reference/limits/"]');
    assert.ok(found !== null);
    assert.deepEqual(foreign, []);
  } finally {
    await browser.close();
  }
});
