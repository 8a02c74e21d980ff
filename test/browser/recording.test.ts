// What `record` leaves of a run: its files say what happened, and the script sees nothing of it.
import { recordBounds } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

interface Har {
  readonly log: {
    readonly comment: string;
    readonly entries: readonly {
      readonly pageref?: string;
      readonly request: { readonly url: string };
      readonly response: { readonly status: number };
    }[];
  };
}

interface Trace {
  readonly traceEvents: readonly {
    readonly cat?: string;
    readonly name: string;
    readonly args: Readonly<Record<string, unknown>>;
  }[];
}

const record = { video: true, trace: true };

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);

  /** Runs a script; gives the run, and the texts of its recording. */
  const recorded = async (source: string, options: object = {}) => {
    const { sandbox, site } = stage();
    const params = { origin: site.origin };
    const handle = sandbox.run(source, { params, record, ...options });
    const run = await handle;
    const text = (name: string): string =>
      Buffer.from(handle.artifact(`recording.${name}`) ?? []).toString();
    return { run, text };
  };
  const calls = (text: (name: string) => string): Trace['traceEvents'] =>
    (JSON.parse(text('trace.json')) as Trace).traceEvents.filter(({ cat }) => cat === 'action');
  const pictures = (html: string): number => html.match(/<img alt="page /g)?.length ?? 0;

  test('a script that fails leaves its film, its requests and its calls', async () => {
    const { run, text } = await recorded(
      `await (await fetch(params.origin + '/json')).text();
await page.goto(params.origin + '/form');
await page.type('[name=name]', env.NAME);
await Promise.all([page.waitForNavigation(), page.click('button')]);
const body = await page.$('pre');
await body.evaluate((pre) => pre.textContent);
await page.waitForSelector('#never', { timeout: 100 });`,
      { env: { NAME: 'correct horse' }, limits: { artifactCount: 1, artifactBytes: 60_000 } },
    );
    assert.equal(run.reason, 'uncaught_exception');
    assert.deepEqual(
      run.artifacts.map(({ name, contentType }) => [name, contentType]),
      [
        ['failure.png', 'image/png'],
        ['recording.html', 'text/html; charset=utf-8'],
        ['recording.har', 'application/json'],
        ['recording.trace.json', 'application/json'],
      ],
    );
    assert.ok(pictures(text('html')) >= 2);
    const { entries } = (JSON.parse(text('har')) as Har).log;
    const paths = entries.map(({ request, response, pageref }) => [
      new URL(request.url).pathname,
      response.status,
      pageref,
    ]);
    assert.deepEqual(
      paths.filter(([path]) => path !== '/favicon.ico'),
      [
        ['/json', 200, undefined],
        ['/form', 200, 'page_1'],
        ['/sent', 200, 'page_1'],
      ],
    );
    assert.deepEqual(
      calls(text).map(({ name, args }) => [name, args['place'], args['error'] !== undefined]),
      [
        ['page.goto', 'script.js:2:12', false],
        ['page.type', 'script.js:3:12', false],
        ['page.waitForNavigation', 'script.js:4:25', false],
        ['page.click', 'script.js:4:51', false],
        ['page.$', 'script.js:5:25', false],
        ['element.evaluate', 'script.js:6:12', false],
        ['page.waitForSelector', 'script.js:7:12', true],
      ],
    );
    for (const name of ['html', 'har', 'trace.json']) assert.ok(!text(name).includes('correct'));
  });

  test('a script sees nothing of being recorded', async () => {
    const source = `
      const seen = [];
      Error.prepareStackTrace = (error, sites) => { seen.push(error.message); return sites.length; };
      await page.goto(params.origin + '/title');
      const other = await browser.newPage();
      const look = () => [document.visibilityState, document.hasFocus(), innerWidth, innerHeight];
      const looks = [await page.evaluate(look), await other.evaluate(look)];
      const limit = Error.stackTraceLimit;
      const caught = await page.click('#never').catch((error) => error.message);
      const { name, length } = page.goto;
      return { seen, looks, limit, caught, name, length, keys: Object.keys(page).length };`;
    const plain = await recorded(source, { record: {} });
    const filmed = await recorded(source);
    assert.equal(plain.run.reason, null, plain.run.error?.stack);
    assert.deepEqual(filmed.run.value, plain.run.value);
    assert.deepEqual(plain.run.artifacts, []);
  });

  test('a call that nobody awaits still fails the run', async () => {
    const { run } = await recorded(`void page.click('#never'); await page.waitForSelector('p');`);
    assert.match(run.error?.message ?? '', /No element found for selector: #never/);
  });

  test('a run that is killed leaves the call that hung without an end, and its last picture', async () => {
    const cancelled = new AbortController();
    const { sandbox } = stage();
    const source = `await page.setContent('<h1 style="font-size:200px">end</h1>');
const hung = page.evaluate(() => new Promise(() => {}));
console.log('it hangs');
await hung;`;
    const handle = sandbox.run(source, { record, signal: cancelled.signal });
    for await (const event of handle) if (event.type === 'log') cancelled.abort();
    assert.equal((await handle).reason, 'cancelled');
    const text = (name: string): string =>
      Buffer.from(handle.artifact(`recording.${name}`) ?? []).toString();
    const last = calls(text).at(-1);
    assert.deepEqual([last?.name, last?.args['isUnfinished']], ['page.evaluate', true]);
    assert.ok(pictures(text('html')) >= 1);
  });

  test('storms cost no more than the bounds', async () => {
    const { run, text } = await recorded(
      `await page.setViewport({ width: 4096, height: 4096 });
await page.setContent('<canvas id=c width=4096 height=4096></canvas>');
await page.evaluate(() => {
  const pen = c.getContext('2d');
  let n = 0;
  setInterval(() => { pen.fillStyle = 'hsl(' + n++ % 360 + ' 90% 50%)'; pen.fillRect(0, 0, 4096, 4096); }, 16);
});
await page.evaluate(async () => {
  for (let i = 0; i < 12; i++)
    await Promise.all(Array.from({ length: 200 }, () => fetch('data:,\\u202e%00%1b' + Math.random()).catch(() => {})));
});
const long = 'x'.repeat(10e6);
await page.evaluate((text) => text.length, long).catch(() => {});
await page.evaluate('\\0\\x1b[31m</script><script>').catch(() => {});
await Promise.all(Array.from({ length: 400 }, () => page.$('b')));
return 1;`,
      { limits: { cpuMs: 60_000 } },
    );
    assert.deepEqual([run.value, run.reason], [1, null], run.error?.stack ?? '');
    const seconds = run.timings.totalMs / 1_000;
    const frames = pictures(text('html'));
    assert.ok(frames >= 1 && frames <= recordBounds.framesPerSecond.most * (seconds + 1));
    assert.equal((JSON.parse(text('har')) as Har).log.entries.length, recordBounds.requests.most);
    assert.match((JSON.parse(text('har')) as Har).log.comment, /^\d+ requests are left out/);
    const all = calls(text);
    assert.ok(
      all.length > 400 && all.every(({ args }) => String(args['arguments']).length < 1_100),
    );
    assert.equal(text('html').match(/<\/script>/g)?.length, 2);
  });
});
