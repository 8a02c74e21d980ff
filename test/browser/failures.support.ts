// What a run with a browser leaves that has failed or run out of time, whatever its page does.
import type { Run, Sandbox, Source } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { forEachEngine, texts } from '../contract/contract.support.ts';
import { openSite, type Site } from './site.support.ts';

interface Row {
  readonly source: Source;
  readonly reason: Run['reason'];
  readonly message: RegExp;
  /** Of the line that waited or threw. */
  readonly line: number;
  readonly hasPicture: boolean;
  readonly logs: readonly string[];
}

const noTimers = 'await puppeteer.launch({ protocolTimeout: 0 });';

/** A page that was never drawn leaves no picture when it hangs. */
const drawn =
  'await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));';

const rows: Readonly<Record<string, Row>> = {
  'a loop in a page, and no time-out': {
    source: `${noTimers}
      await page.setContent('<h1>before</h1>'); ${drawn}
      await page.evaluate(() => { for (;;); });`,
    reason: 'wall_timeout',
    message: /^The run took longer than 2500 ms, waiting for page\.evaluate\(…\)$/,
    line: 3,
    hasPicture: true,
    logs: [],
  },
  'a loop in a page': {
    source: `await page.goto(params.title); ${drawn}
      await page.evaluate(() => setTimeout(() => { for (;;); }));
      const title = async () => {
        return await page.title();
      };
      return await title();`,
    reason: 'uncaught_exception',
    message: /^Runtime\.callFunctionOn timed out\./,
    line: 4,
    hasPicture: true,
    logs: [],
  },
  'a dialog that nobody answers': {
    source: `await page.goto(params.title); ${drawn}
      await page.evaluate(() => confirm('sure?'));`,
    reason: 'uncaught_exception',
    message: /^Runtime\.callFunctionOn timed out\./,
    line: 2,
    hasPicture: true,
    logs: [
      `[browser] The page waits for an answer to confirm("sure?"); page.on('dialog', …) can give one.`,
    ],
  },
  'a navigation that never ends, from a page': {
    source: `await page.goto(params.title);\nawait page.goto(params.hang);`,
    reason: 'uncaught_exception',
    message: /^Navigation timeout of \d+ ms exceeded$/,
    line: 2,
    hasPicture: true,
    logs: [],
  },
  'a navigation that never ends, from nothing': {
    source: {
      entry: 'a.ts',
      files: {
        'a.ts': `enum Way { Out = 1 }
          ${noTimers}
          await page.goto(params.hang, { timeout: 0 });
          Way.Out;`,
      },
    },
    reason: 'wall_timeout',
    message: /waiting for page\.goto\("http:\/\/127\.0\.0\.1:\d+\/hang"\)$/,
    line: 3,
    hasPicture: true,
    logs: [],
  },
  'a page that was never opened': {
    source: `await page.waitForSelector('h1');`,
    reason: 'uncaught_exception',
    message: /^Waiting for selector `h1` failed$/,
    line: 1,
    hasPicture: false,
    logs: ['[browser] There is no failure.png: the page is empty.'],
  },
  'an event that never comes': {
    source: `await page.setContent('<p>here</p>');
      await new Promise((resolve) => page.once('popup', resolve));`,
    reason: 'wall_timeout',
    message: /^The run took longer than 2500 ms$/,
    line: 0,
    hasPicture: true,
    logs: [],
  },
};

/** One test for each engine, over the rows of these names. */
export function testFailures(names: readonly string[] = Object.keys(rows), wallMs = 2_500): void {
  forEachEngine(({ openSandbox }) => {
    const stack = new AsyncDisposableStack();
    let sandbox: Sandbox;
    let site: Site;

    before(async () => {
      site = stack.use(await openSite());
      const network = { allow: [`127.0.0.1:${site.port}`], allowPrivate: ['127.0.0.0/8'] };
      sandbox = stack.use(await openSandbox({ browser: true, network, concurrency: 2 }));
    });
    after(() => stack.disposeAsync());

    test('a run with a hung page says what it waited for and where, and shows the page', async () => {
      const params = { title: `${site.origin}/title`, hang: `${site.origin}/hang` };
      const limits = { wallMs };
      const runs = names.map(async (name) => {
        const row = rows[name] ?? assert.fail(name);
        const run = await sandbox.run(row.source, { params, limits });
        const { reason, message, line, hasPicture, logs } = row;
        assert.deepEqual(
          [run.reason, run.error?.line ?? 0],
          [reason, line],
          `${name}: ${run.error?.stack}`,
        );
        assert.match(run.error?.message ?? '', message, name);
        assert.deepEqual(texts(run), logs, name);
        assert.deepEqual(
          run.artifacts.map((artifact) => artifact.name),
          hasPicture ? ['failure.png'] : [],
          name,
        );
      });
      await Promise.all(runs);
    });
  });
}
