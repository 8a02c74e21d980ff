// The browser sandbox in a real Chromium: what a run is given, how it ends, and what it leaves.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { frameDocument, framePolicy, type BrowserRunEvent } from '@castellan/sdk/browser-sandbox';
import type * as BrowserSandbox from '@castellan/sdk/browser-sandbox';
import type { Browser, Page } from 'puppeteer-core';
import { launch, openPage, runIn, serveSandbox, type Site } from './page.support.ts';
import { until } from '../shared/until.support.ts';

let site: Site;
let browser: Browser;
let page: Page;
before(async () => {
  site = await serveSandbox();
  browser = await launch();
  page = await openPage(browser, site);
});
after(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
});

test('a run has what it was given, and says what stood around it', async () => {
  const source = 'async function execute({ a }) { return [a, env.NAME, stdin] }';
  const given = { params: { a: 1 }, env: { NAME: 'x' }, stdin: 'in', labels: { of: 'me' } };
  const run = await runIn(page, source, given);
  assert.deepEqual(run.value, [1, 'x', 'in']);
  assert.deepEqual(run.labels, { of: 'me' });
  assert.deepEqual(run.isolation, {
    driver: 'frame',
    engine: 'worker',
    reuse: 'never',
    layers: ['origin', 'policy', 'worker'],
  });
  assert.equal(run.usage.memoryPeakBytes, null);
  assert.equal(await page.$$eval('iframe', (frames) => frames.length), 0);
});

test('helpers take and give copies, and what they throw crosses as code and message', async () => {
  const seen = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const taken: unknown[] = [];
    const kept = { secret: 1, shown: [2] };
    const sandbox = createBrowserSandbox({
      helpers: {
        take: (...given: unknown[]) => void taken.push(given),
        shop: { stock: () => kept },
        fail: () => {
          throw Object.assign(new Error('no such item'), { code: 'E_ITEM' });
        },
        bend: () => new Map(),
      },
    });
    const { value, reason } = await sandbox.run(`
      await take({ a: 1 }, [2]);
      const first = await shop.stock();
      first.shown.push(9);
      const told = (e) => [e.name, e.code, e.message, e.stack.includes('script.js'), e.stack.includes('http')];
      return [await shop.stock(), await fail().catch(told), await bend().catch((e) => e.message),
        await take(new Uint8Array(1)).catch((e) => e.message), await take(() => 1).catch((e) => e.message)];
    `);
    return { taken, value, reason };
  });
  assert.equal(seen.reason, null);
  assert.deepEqual(seen.taken, [[{ a: 1 }, [2]]]);
  const json = 'take() takes JSON here, no bytes and no functions';
  assert.deepEqual(seen.value, [
    { secret: 1, shown: [2] },
    ['Error', 'E_ITEM', 'no such item', true, false],
    'the result of bend is a Map, which JSON cannot carry: write [...map] or Object.fromEntries(map)',
    json,
    json,
  ]);
});

test('events come as they happen, and end with the run', async () => {
  const events = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const run = createBrowserSandbox().run(
      'console.log("a"); progress(0.5, "b"); console.warn("c"); 1',
    );
    const seen: BrowserRunEvent[] = [];
    for await (const event of run) seen.push(event);
    return seen;
  });
  assert.deepEqual(
    events.map(({ seq, type }) => [seq, type]),
    [
      [1, 'run.started'],
      [2, 'log'],
      [3, 'progress'],
      [4, 'log'],
      [5, 'run.finished'],
    ],
  );
});

const storms: Readonly<Record<string, string>> = {
  'a loop': 'for (;;);',
  'a loop at the top of a module': 'export default 1; for (;;);',
  'a regular expression': '/(a+)+$/.test("a".repeat(40) + "b")',
  microtasks: 'const f = () => queueMicrotask(f); f(); await new Promise(() => {})',
};

test('a script that never ends is ended by wallMs, and its thread with it', async (t) => {
  for (const [name, source] of Object.entries(storms)) {
    await t.test(name, async () => {
      const run = await runIn(page, source, { limits: { wallMs: 300 } });
      assert.deepEqual([run.status, run.reason], ['timed_out', 'wall_timeout']);
    });
  }
  const { pid } = browser.process() ?? {};
  assert.ok(pid !== undefined);
  await until('no worker is left', () => workerThreads(pid) === 0);
});

test('a cancelled run ends at once, and one that is cancelled before it begins does not begin', async () => {
  const ended = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const control = new AbortController();
    const run = createBrowserSandbox().run('console.log("on"); for (;;);', {
      signal: control.signal,
    });
    for await (const { type } of run) if (type === 'log') control.abort();
    const late = createBrowserSandbox().run('1', { signal: control.signal });
    return [await run, await late].map(({ status, logs, isolation }) => [
      status,
      logs.length,
      isolation.driver,
    ]);
  });
  assert.deepEqual(ended, [
    ['cancelled', 1, 'frame'],
    ['cancelled', 0, null],
  ]);
});

const bounds: readonly (readonly [name: string, source: string, reason: string, lines: number])[] =
  [
    ['lines without end', 'for (;;) console.log("x".repeat(100))', 'output_limit', 10],
    ['one line that is too long', 'console.log("x".repeat(1e6))', 'output_limit', 1],
    ['empty lines', 'for (let n = 0; n < 1e6; n++) console.log("")', 'output_limit', 62],
    ['a value that is too large', 'return "x".repeat(2_000)', 'output_limit', 0],
    ['progress without end', 'for (;;) progress(0.1)', 'output_limit', 0],
  ];
for (const [name, source, reason, lines] of bounds) {
  test(`what a run says is bounded: ${name}`, async () => {
    const run = await runIn(page, source, { limits: { outputBytes: 1_000, valueBytes: 1_000 } });
    assert.equal(run.reason, reason, run.error?.message);
    assert.ok(run.logs.length <= lines && run.usage.outputBytes <= 1_000, `${run.logs.length}`);
  });
}

test('a run outlives the time that its frame had to start', async () => {
  const { status, value } = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const { setTimeout: real } = globalThis;
    const starts: (() => void)[] = [];
    Object.assign(globalThis, {
      setTimeout: (act: () => void, ms: number) =>
        ms === 20_000 ? starts.push(act) : real(act, ms),
    });
    const helpers = { later: () => starts.forEach((start) => start()) };
    const run = await createBrowserSandbox({ helpers }).run('await later(); return 1');
    Object.assign(globalThis, { setTimeout: real });
    return run;
  });
  assert.deepEqual([status, value], ['succeeded', 1]);
});

test('what is no JavaScript goes through the transform, once, and its errors keep their lines', async () => {
  const seen = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const given: string[] = [];
    const transform = async (source: string): Promise<string> => {
      given.push(source);
      return source.replaceAll(': number', '        ');
    };
    const sandbox = createBrowserSandbox({ transform });
    const typed = sandbox.run('const n: number = 1;\nconsole.log(n);\nreturn n + 1');
    const events: string[] = [];
    for await (const { type } of typed) events.push(type);
    const plain = await sandbox.run('const a = { b: number }; var number; return a');
    const failed = await sandbox.run('const n: number = 1;\n\n  throw new Error("x")');
    const left = await sandbox.run('const n: string = 1');
    const { value, timings } = await typed;
    return {
      given: given.length,
      value,
      events,
      plain: plain.reason,
      failed: failed.error,
      left,
      timings,
    };
  });
  assert.equal(seen.value, 2);
  assert.deepEqual(seen.events, ['run.started', 'log', 'run.finished']);
  assert.equal(seen.plain, null);
  assert.deepEqual([seen.failed?.line, seen.failed?.column], [3, 9]);
  assert.equal(seen.left.reason, 'syntax_error');
  assert.doesNotMatch(seen.left.error?.message ?? '', /transform/);
  assert.equal(seen.given, 3);
  assert.ok(Object.values(seen.timings).every((ms) => ms !== null && ms >= 0));
});

test('without a transform a line with types says what to do, and others say what V8 says', async () => {
  for (const source of [
    'const n: number = 1;',
    '\ninterface A {\n  a: string;\n}',
    'return params as { a: string };',
    "import type { A } from './a.ts';",
    'const list = make<Item>(1) as any;',
  ]) {
    const { reason, error } = await runIn(page, source);
    assert.equal(reason, 'syntax_error', source);
    assert.match(error?.message ?? '', /give createBrowserSandbox a transform/, source);
  }
  const { error } = await runIn(page, 'const a = ;\nconst b = { c: 1 };');
  assert.equal(error?.message, "Unexpected token ';'");
});

test('a transform that fails, or never answers, ends the run and nothing else', async () => {
  const seen = await page.evaluate(async () => {
    const file: string = '/sandbox.js';
    const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
    const { setTimeout: real } = globalThis;
    // The time of a run is over when a transform has been asked that never answers.
    let timeIsUp = (): void => undefined;
    const sooner = (act: () => void, ms: number): unknown =>
      ms === 9_999 ? (timeIsUp = act) : real(act, ms);
    Object.assign(globalThis, { setTimeout: sooner });
    const aborted: boolean[] = [];
    const transforms: Record<string, (source: string, signal: AbortSignal) => never> = {
      refuses: () => {
        throw Object.assign(new Error('an enum is more than types'), { line: 2, column: 3 });
      },
      bends: () => 1 as never,
      grows: () => 'x'.repeat(2_000_000) as never,
      hangs: (_source, signal) => {
        signal.addEventListener('abort', () => aborted.push(signal.aborted));
        timeIsUp();
        return new Promise(() => undefined) as never;
      },
    };
    const ends: Record<string, unknown> = {};
    for (const [name, transform] of Object.entries(transforms)) {
      const limits = { wallMs: 9_999 };
      const run = await createBrowserSandbox({ transform, limits }).run('let a: b;\nenum C {}');
      ends[name] = [run.reason, run.error?.message, run.error?.line, run.error?.column];
    }
    Object.assign(globalThis, { setTimeout: real });
    return { ends, aborted };
  });
  const nowhere = [null, null];
  assert.deepEqual(seen.ends, {
    refuses: ['syntax_error', 'an enum is more than types', 2, 3],
    bends: ['box_failed', 'transform returned no text, but number', ...nowhere],
    grows: [
      'syntax_error',
      'transform made 2000000 bytes of the script, and sourceBytes allows 1048576',
      ...nowhere,
    ],
    hangs: ['wall_timeout', 'The run took longer than 9999 ms', ...nowhere],
  });
  assert.deepEqual(seen.aborted, [true]);
  assert.equal(await page.$$eval('iframe', (frames) => frames.length), 0);
});

test('a site whose policy forbids scripts in its pages serves the frame itself', async () => {
  const policy = "default-src 'none'; script-src 'self'; frame-src 'self'";
  await using strict = await serveSandbox({
    headers: { 'content-security-policy': policy },
    files: { '/frame.html': frameDocument },
  });
  const guarded = await openPage(browser, strict);
  const run = await runIn(guarded, '6 * 7', {}, { frame: '/frame.html' });
  assert.deepEqual([run.value, run.isolation.driver], [42, 'frame']);
  await guarded.close();
});

test('a frame without its policy gets no script to run', async () => {
  const open = frameDocument.replace(/<meta http-equiv[^>]*>/, '');
  assert.ok(!open.includes(framePolicy));
  await using careless = await serveSandbox({ files: { '/frame.html': open } });
  const guarded = await openPage(browser, careless);
  const run = await runIn(guarded, 'console.log(1)', {}, { frame: '/frame.html' });
  assert.deepEqual([run.status, run.reason, run.logs], ['error', 'box_failed', []]);
  assert.match(run.error?.message ?? '', /its policy lets requests out/);
  await guarded.close();
});

test('what cannot be run is refused with the value and what is expected', async () => {
  const message = (options: object, source: unknown = '1'): Promise<string> =>
    runIn(page, source as string, options).then(
      ({ status }) => status,
      (error: Error) => error.message,
    );
  assert.match(
    await message({ limits: { memoryBytes: 1 } }),
    /limits\.memoryBytes: a browser cannot/,
  );
  assert.match(
    await message({ limits: { wallMs: 0.5 } }),
    /limits\.wallMs is 0\.5: a whole number from 1/,
  );
  assert.match(
    await message({ limits: { paramsBytes: 3 }, params: 'long' }),
    /params is 6 bytes long/,
  );
  assert.match(await message({}, 1), /The source is no text, but number/);
});

/** Threads of workers in the processes that a browser has started. */
function workerThreads(browserPid: number): number {
  const families = new Map<string, string[]>();
  for (const file of globSync('/proc/[0-9]*/stat')) {
    const [, pid = '', parent = ''] = /^(\d+) \(.*\) . (\d+) /s.exec(read(file)) ?? [];
    families.set(parent, [...(families.get(parent) ?? []), pid]);
  }
  const below = (pid: string): string[] => [pid, ...(families.get(pid) ?? []).flatMap(below)];
  return below(String(browserPid))
    .flatMap((pid) => globSync(`/proc/${pid}/task/*/comm`))
    .filter((file) => read(file).startsWith('DedicatedWorker')).length;
}

/** Empty for a process that has ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
