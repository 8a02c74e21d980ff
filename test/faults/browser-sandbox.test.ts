// Every case of the contract that is one text of JavaScript, in the browser sandbox. The short version
// is test/browser-sandbox/conformance.test.ts.
import { after, before, test } from 'node:test';
import type { Run } from '@castellan/protocol';
import type { Browser, Page } from 'puppeteer-core';
import assert from 'node:assert/strict';
import { portable } from '../browser-sandbox/conformance.support.ts';
import {
  launch,
  openPage,
  runIn,
  serveSandbox,
  type Site,
} from '../browser-sandbox/page.support.ts';
import { compare } from '../contract/contract.support.ts';
import { entrySuite } from '../contract/entry.test.ts';
import { errorsSuite } from '../contract/errors.test.ts';
import { valuesSuite } from '../contract/values.test.ts';

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

const cases = [entrySuite, valuesSuite, errorsSuite].flatMap(portable);

test('most of the contract is one text of JavaScript', () => assert.ok(cases.length > 180));

for (const row of cases) {
  test(row.name, async () => {
    compare((await runIn(page, row.source, row.given)) as unknown as Run, row);
  });
}
