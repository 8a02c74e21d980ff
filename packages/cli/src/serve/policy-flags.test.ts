/** What a service offers whose policy is flags alone. */
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { start } from '../castellan.support.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
after(() => rmSync(folder, { recursive: true }));
let served = 0;

/** Starts `castellan serve` with these flags; disposing of it stops it. */
async function serve(...flags: string[]) {
  const data = join(folder, String(served++));
  const service = start(['serve', '--port', '0', '--data', data, ...flags]);
  const end = once(service, 'exit');
  service.stderr.resume();
  const said = await Promise.race([once(createInterface(service.stdout), 'line'), end]);
  const line = String(said[0]);
  const url = /^Castellan listens on (http:\S+)$/.exec(line)?.[1] ?? assert.fail(line);
  return {
    async run(body: object): Promise<Run> {
      const response = await fetch(new URL('/v1/runs', url), {
        method: 'POST',
        headers: { 'content-type': 'application/json', prefer: 'wait=60' },
        body: JSON.stringify(body),
      });
      return (await response.json()) as Run;
    },
    async [Symbol.asyncDispose](): Promise<void> {
      service.kill('SIGTERM');
      assert.deepEqual(await end, [0, null]);
    },
  };
}

test('castellan serve --browser runs the Puppeteer scripts that it is sent', async () => {
  const site = createServer((_, answer) => {
    answer.setHeader('content-type', 'text/html');
    answer.end('<title>A shop</title><h1>Apples</h1>');
  });
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  after(() => site.close());
  const { port } = site.address() as AddressInfo;
  await using service = await serve(
    '--browser',
    `--allow-host=127.0.0.1:${port}`,
    '--allow-private=127.0.0.1/32',
    '--wall=60s',
    '--cpu=60s',
  );
  const code = `const browser = await puppeteer.launch();
    const page = await browser.newPage();
    await page.goto(params.url);
    const heading = await page.$eval('h1', (element) => element.textContent);
    const title = await page.title();
    await browser.close();
    return { title, heading };`;
  const run = await service.run({ code, params: { url: `http://127.0.0.1:${port}/` } });
  assert.deepEqual(run.value, { title: 'A shop', heading: 'Apples' }, JSON.stringify(run.error));
  assert.equal(run.limits.wallMs, 60_000);
});

test('castellan serve takes engine, modules and limits by flags', async () => {
  await using service = await serve('--engine=node', '--allow-module=node:os', '--memory=64mib');
  const run = await service.run({ code: "return require('node:os').EOL" });
  assert.deepEqual(
    [run.value, run.isolation.engine, run.limits.memoryBytes],
    ['\n', 'node', 64 * 2 ** 20],
  );
  const refused = await service.run({ code: "import 'node:fs'; export default 1" });
  assert.equal((refused as unknown as { code: string }).code, 'module_denied');
});

test('flags of castellan serve change the first policy of a config, and no other', async () => {
  const config = join(folder, 'castellan.config.json');
  writeFileSync(config, '{"policies":{"first":{"warm":0},"second":{"warm":0}}}');
  await using service = await serve('--config', config, '--wall', '7s');
  const limit = async (policy: string): Promise<number> =>
    (await service.run({ policy, code: 'return 1' })).limits.wallMs;
  assert.deepEqual([await limit('first'), await limit('second')], [7_000, 10_000]);
});
