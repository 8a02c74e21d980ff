// The client of the service in a web page: a real Chromium, and a page of another origin.
import { build } from 'esbuild';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import puppeteer from 'puppeteer-core';
import type * as Sdk from '@castellan/sdk';
import { startService } from '../service/service.support.ts';

const program = fileURLToPath(new URL('../../packages/cli/dist/castellan.js', import.meta.url));

/** The whole client in one file, as a bundler makes it for a page. */
async function bundled(): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: 'export * from "@castellan/sdk";', resolveDir: import.meta.dirname },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  });
  return outputFiles[0]?.text ?? '';
}

test('a page submits a run and follows it', async () => {
  const code = await bundled();
  // What a page pays for it; nothing of Node's is in it.
  assert.ok(code.length < 16_600, `${code.length} bytes`);
  const site = createServer(({ url }, response) => {
    if (url === '/sdk.js') response.setHeader('content-type', 'text/javascript').end(code);
    else
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>');
  });
  await once(site.listen(0, '127.0.0.1'), 'listening');
  const origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  await using service = await startService({
    config: { cors: { origins: [origin] }, policies: { default: {} } },
  });
  const create = [program, 'keys', 'create', '--data', service.data, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, create);
  const { key } = JSON.parse(stdout) as { key: string };
  const browser = await puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  try {
    const page = await browser.newPage();
    await page.goto(origin);
    const seen = await page.evaluate(
      async (options) => {
        const file: string = '/sdk.js';
        const { createClient } = (await import(file)) as typeof Sdk;
        const castellan = createClient(options);
        const run = await castellan.runs.create({
          code: 'console.log("hi"); await artifacts.write("a", "b"); return params',
          params: [1],
        });
        const types: string[] = [];
        for await (const { type } of run.events()) types.push(type);
        const { value } = await run.result();
        const bytes = Array.from(await run.artifact('a'));
        const refused = await castellan.runs
          .get('run_x')
          .catch((error: Sdk.CastellanError) => error.code);
        return { types, value, bytes, refused };
      },
      { url: service.url, key },
    );
    assert.deepEqual(seen, {
      types: ['run.queued', 'run.started', 'log', 'artifact', 'run.finished'],
      value: [1],
      bytes: [98],
      refused: 'not_found',
    });
  } finally {
    await browser.close();
    site.close();
  }
});
