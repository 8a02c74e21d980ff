// What entries get in a run with a browser, and what of Puppeteer's cannot be a value.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);
  const shown = '[typeof page.goto, typeof browser.newPage, typeof puppeteer.launch]';
  const all = ['function', 'function', 'function'];

  for (const [source, value] of [
    [
      `export default (params, { browser, page, puppeteer, env }) => [params.a, typeof env, ${shown}]`,
      [1, 'object', all],
    ],
    [
      `function execute(params, { browser, page, puppeteer }) { return [params.a, ${shown}] }`,
      [1, all],
    ],
    [
      `module.exports = { execute: (p, c) => Object.keys(c).sort() }; // page`,
      ['artifacts', 'browser', 'env', 'files', 'page', 'progress', 'puppeteer', 'stdin'],
    ],
    // As browserless calls functions.
    [
      `export default async ({ page, params }) => [typeof page.goto, params]`,
      ['function', { a: 1 }],
    ],
    [
      `module.exports = async ({ page, context, browser, puppeteer }) => [context, ${shown}]`,
      [{ a: 1 }, all],
    ],
    [
      `export default { async execute({ page: { goto } = {} }) { return typeof goto } }.execute`,
      'function',
    ],
    [`export default async ({ browser } = {}) => typeof browser.newPage`, 'function'],
    // Not so where the parameters have the name, or none of the browser's is asked for.
    [`export default async ({ a, page }) => [a, typeof page]`, [1, 'undefined']],
    [`export default async ({ a }) => [a, typeof page]`, [1, 'object']],
    [
      `export default async ({ page }, { page: own }) => [typeof page, typeof own]`,
      ['undefined', 'object'],
    ],
    [`export default async (given) => [given, typeof page]`, [{ a: 1 }, 'object']],
  ] as const) {
    test(`an entry gets what it asks for: ${source}`, async () => {
      const run = await stage().sandbox.run(source, { params: { a: 1 } });
      assert.deepEqual(run.value, value, run.error?.message);
    });
  }

  for (const [expression, message] of [
    ['page.goto(params.url)', /^value is Puppeteer’s HTTPResponse, .*: write response\.status\(\)/],
    ['[page]', /^value\[0\] is Puppeteer’s Page, .*: write await page\.content\(\)/],
    ['browser', /^value is Puppeteer’s Browser, /],
    ['page.mainFrame()', /^value is Puppeteer’s Frame, /],
    ['page.goto(params.url).then(() => page.$("body"))', /^value is Puppeteer’s ElementHandle, /],
    [
      'page.evaluateHandle(() => window)',
      /^value is Puppeteer’s JSHandle, .*: write await handle\.jsonValue\(\)/,
    ],
    ['page.locator("body")', /^value is Puppeteer’s Locator, /],
  ] as const) {
    test(`${expression} is no value, and the message says what is`, async () => {
      const { sandbox, site } = stage();
      const options = { params: { url: `${site.origin}/title` } };
      const returned = await sandbox.run(`return ${expression}`, options);
      assert.equal(returned.reason, 'value_not_serializable', returned.error?.message);
      assert.match(returned.error?.message ?? '', message);
    });
  }

  test('as a last expression it gives null, with a warning', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run('await page.goto(params.url)', {
      params: { url: `${site.origin}/title` },
    });
    assert.equal(run.reason, null, run.error?.message);
    assert.equal(run.value, null);
    assert.match(
      run.logs.at(-1)?.text ?? '',
      /the value is null: value is Puppeteer’s HTTPResponse/,
    );
  });
});
