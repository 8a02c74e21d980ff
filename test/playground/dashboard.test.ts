// The dashboard of a real service in a real Chromium: what an operator does there, what a tenant's key sees
// of others, and what a hostile script, label or name can do to the page, which has to be nothing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import {
  config,
  endless,
  type Keys,
  looks,
  makeKeys,
  openingOf,
  walk,
} from './dashboard.support.ts';
import { fine, isWhole } from './looks.support.ts';
import { darkness, onePage } from './pdf.support.ts';
import { moreLines, stageForFile, type Tab } from './playground.support.ts';

let keys: Keys;
const stage = stageForFile({ config }, async (service) => {
  keys = await makeKeys(service);
});

const open = (path: string, key = keys.operator): Promise<Tab> =>
  stage().open({ path, key, isEarly: true });
const submit = async (body: object, key?: string): Promise<string> =>
  String((await keys.ask('POST', '/v1/runs', body, key))['id']);

test('runs are found by what is in the address, a page at a time, and followed as they change', async () => {
  const { key } = await keys.make();
  const code = endless;
  const labels = { order: '4711' };
  const first = await submit({ code, policy: 'slow', labels }, key);
  for (let n = 0; n < 51; n++) await submit({ code: 'return 1', policy: 'slow' }, key);
  await using tab = await open('/admin?policy=slow&status=queued');
  const { page } = tab;
  const rows = page.locator('tbody tr');
  await until('a page of runs is there', async () => (await rows.count()) === 50);
  await page.getByRole('link', { name: 'Older' }).click();
  await until('the last one is there', async () => (await rows.count()) === 1);
  assert.match(page.url(), /status=queued.*cursor=run_/);
  await page.reload();
  await until('it is still there', async () => (await rows.count()) === 1);
  await page.goBack();
  await until('the page before is there', async () => (await rows.count()) === 50);
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByLabel('Label').fill('order=4711');
  await page.keyboard.press('Enter');
  await rows.filter({ hasText: 'Running' }).waitFor();
  assert.equal(await rows.count(), 1);
  await keys.ask('DELETE', `/v1/runs/${first}`);
  await rows.filter({ hasText: 'Cancelled' }).waitFor();
  await rows.getByRole('link', { name: 'shop' }).click();
  await until('all of the tenant are there', async () => (await rows.count()) === 50);
  assert.match(page.url(), /\?tenant=shop$/);
  assert.deepEqual(tab.faults, []);
});

test('a run is followed, cancelled and run again', async () => {
  const id = await submit({ code: endless, tenant: 'lab', labels: { kind: 'long' } });
  await using tab = await open(`/admin?run=${id}`);
  const { page } = tab;
  await page.locator('.line', { hasText: 'first' }).waitFor();
  await moreLines(tab);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.status.cancelled').waitFor();
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('.walls', { hasText: 'seccomp' }).waitFor();
  await page.getByRole('tab', { name: 'Events' }).click();
  await page.locator('td', { hasText: 'run.finished' }).waitFor();
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.locator('.status.running').waitFor();
  const next = new URL(page.url()).searchParams.get('run') ?? '';
  assert.notEqual(next, id);
  const run = await keys.ask('GET', `/v1/runs/${next}`);
  assert.deepEqual([run['tenant'], run['labels']], ['lab', { kind: 'long' }]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('.status.cancelled').waitFor();
  assert.deepEqual(tab.faults, []);
});

test('functions are there with their versions, and lead to their runs', async () => {
  const path = '/v1/functions/next';
  await keys.ask('PUT', path, { code: 'export default ({ n }) => n + 1' });
  await keys.ask('PUT', path, { code: 'export default ({ n }) => n + 2', live: false });
  await keys.ask('PUT', `${path}/aliases/canary`, { version: 2, percent: 10 });
  const { id } = await keys.ask('POST', `${path}/invoke`, { params: { n: 1 }, version: 2 });
  await using tab = await open('/admin?view=functions');
  const { page } = tab;
  const row = page.locator('tbody tr', { hasText: 'next' });
  await row.filter({ hasText: 'version 1' }).filter({ hasText: 'canary: 2 (10 %)' }).waitFor();
  await fine(page, 'functions');
  await row.getByRole('link', { name: 'Runs of next' }).click();
  await page.getByRole('link', { name: String(id) }).waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  assert.deepEqual(tab.faults, []);
});

test('a PDF of a run is drawn, though no text becomes markup or the address of code', async () => {
  const code =
    "await artifacts.write('made.pdf', params, { contentType: 'application/pdf' }); return 1";
  const id = await submit({ code, params: onePage() });
  await using tab = await open(`/admin?run=${id}`);
  const { page } = tab;
  await page.locator('.status.succeeded').waitFor();
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  await page.getByRole('img', { name: 'Page 1 of made.pdf' }).waitFor();
  await until('it is drawn', async () => (await darkness(tab, 'made.pdf')).dark > 1_000);
  assert.deepEqual(tab.faults, []);
  const made = await page.evaluate(() => {
    const { trustedTypes, document } = globalThis as unknown as {
      trustedTypes: { createPolicy(name: string, rules: object): unknown };
      document: { body: { innerHTML: string } };
    };
    const tries = [
      () => trustedTypes.createPolicy('drawing', {}),
      () => trustedTypes.createPolicy('other', {}),
      () => (document.body.innerHTML += '<b>'),
    ];
    return tries.map((attempt) => {
      try {
        attempt();
        return 'done';
      } catch {
        return 'refused';
      }
    });
  });
  assert.deepEqual(made, ['refused', 'refused', 'refused']);
});

test('a key is shown once when it is made, and who loses the own one sees nothing any more', async () => {
  const mine = await keys.make({ scopes: ['runs:read', 'runs:write', 'admin'] });
  await using tab = await open('/admin?view=keys', mine.key);
  const { page } = tab;
  await page.getByText('Make a key').click();
  await page.getByLabel('Name, for people').fill('ci');
  await page.getByRole('button', { name: 'Make the key' }).click();
  const key = (await page.locator('.secret').textContent()) ?? '';
  assert.match(key, /^ck_/);
  await fine(page, 'key-made');
  await keys.ask('GET', '/v1/runs', undefined, key);
  const row = page.locator('tbody tr', { hasText: 'ci' });
  await row.getByRole('button', { name: 'Revoke' }).click();
  await row.getByRole('button', { name: 'Revoke for ever' }).click();
  await row.waitFor({ state: 'detached' });
  await assert.rejects(keys.ask('GET', '/v1/runs', undefined, key), /401/);
  await page.reload();
  await page.locator('tbody tr').first().waitFor();
  assert.ok(!(await page.content()).includes(key));
  await keys.ask('DELETE', `/v1/admin/keys/${mine.id}`);
  await page.getByRole('link', { name: 'Runs' }).click();
  await page.getByText('The key is unknown, revoked or over.').waitFor();
  assert.equal(await page.locator('table').count(), 0);
  assert.deepEqual(tab.faults, []);
});

test("a tenant's key sees its own runs and keys alone, and a key without the scope nothing", async () => {
  const id = await submit({ code: 'return "canary"', tenant: 'rival', labels: { canary: '1' } });
  const { key } = await keys.make({ tenant: 'alone', scopes: ['runs:read', 'admin'] });
  await using tab = await open('/admin', key);
  const { page } = tab;
  for (const address of ['', '?label=canary', '?status=succeeded', '?tenant=rival', `?run=${id}`]) {
    await page.goto(`${stage().service.url}/admin${address}`);
    await page
      .locator('.refusal, .view p.muted')
      .filter({ hasNotText: 'Asking' })
      .first()
      .waitFor();
    const text = (await page.locator('main').textContent()) ?? '';
    assert.ok(!/canary=|"canary"/.test(text) && (await page.locator('tr').count()) === 0, text);
  }
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.locator('tbody tr').first().waitFor();
  assert.equal(await page.locator('tbody tr').count(), 1);
  await page.getByRole('link', { name: 'Service' }).click();
  await page.getByText('Your tenant at work').waitFor();
  assert.ok(!((await page.locator('main').textContent()) ?? '').includes('rival'));
  const plain = await keys.make();
  await using other = await open('/admin', plain.key);
  await other.page.getByText('This call needs the scope admin').waitFor();
  assert.equal(await other.page.getByRole('navigation').count(), 0);
  assert.deepEqual([...tab.faults, ...other.faults], []);
});

test('a page that nobody sees asks nothing, and asks at once when it is seen again', async () => {
  await using tab = await open('/admin?view=service');
  const { page } = tab;
  await page.clock.install();
  await page.locator('.cards').waitFor();
  let asked = 0;
  page.on('request', () => asked++);
  const show = (isHidden: boolean) =>
    page.evaluate((hidden) => {
      const { document, Event } = globalThis as unknown as {
        document: EventTarget;
        Event: new (name: string) => Event;
      };
      Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
      document.dispatchEvent(new Event('visibilitychange'));
    }, isHidden);
  await page.clock.fastForward(2_500);
  await until('it asks while it is seen', () => asked > 0);
  await show(true);
  // The question of before and the next one, which finds the page hidden.
  await page.clock.fastForward(2_500);
  await page.evaluate(() => fetch('./v1/status').then((answer) => answer.text()));
  asked = 0;
  await page.clock.fastForward(120_000);
  await page.evaluate(() => fetch('./v1/status').then((answer) => answer.text()));
  assert.equal(asked, 1, 'that of this test');
  await show(false);
  await until('it asks again', () => asked > 1);
});

const markup = [
  '<img src=x onerror="window.canary=1">',
  '<script>window.canary=1</script>',
  '"><iframe srcdoc="<script>parent.canary=1</script>"></iframe>',
  '<style>body{display:none}</style>',
  '\u001b]8;;javascript:window.canary=1\u0007link\u001b]8;;\u0007 \u202e\u2066 \u0000',
];

test('what a script says and makes, its labels and names of keys are text, wherever they show up', async () => {
  const labels = Object.fromEntries(markup.map((text, at) => [`l${at}`, text]));
  const code = `for (const text of params) {
      console.log(text); console.error(text); progress(0.5, text);
      await artifacts.write(text, text, { contentType: text.slice(0, 90) });
      await fetch('http://127.0.0.1:1/' + text).catch(() => {});
    }
    await artifacts.write('page.html', params.join(''), { contentType: 'text/html' });
    const error = new Error(params.join('\\n'), { cause: params });
    error.name = params[0];
    error.stack = params.join();
    throw error;`;
  const id = await submit({ code, params: markup, labels, policy: 'web' });
  const told = await submit({ code: 'return { [params[0]]: params }', params: markup, labels });
  for (const name of markup) await keys.make({ name });
  await using tab = await open(`/admin?run=${id}`);
  const { page, faults } = tab;
  const untouched = async (where: string): Promise<void> => {
    const found = await page.evaluate(() => {
      const { document } = globalThis as unknown as {
        document: { querySelectorAll(s: string): Iterable<{ outerHTML: string }> };
      };
      const foreign = document.querySelectorAll(
        '#app :is(script, iframe, object, embed, style, svg, [onerror], [onload], a[href^="javascript:"], img:not([src^="blob:"]))',
      );
      return {
        canary: (globalThis as { canary?: number }).canary ?? null,
        foreign: [...foreign].map((each) => each.outerHTML),
      };
    });
    assert.deepEqual({ ...found, faults }, { canary: null, foreign: [], faults: [] }, where);
  };
  await page.locator('.status.failed').waitFor();
  for (const name of ['Log', 'Artifacts', 'Requests', 'Run', 'Events']) {
    await page.getByRole('tab', { name }).click();
    await until('what is shown has come', async () => {
      return (await page.locator('[aria-busy=true]').count()) === 0;
    });
    await untouched(name);
  }
  await page.goto(`${stage().service.url}/admin?run=${told}`);
  await page.locator('.status.succeeded').waitFor();
  await page.getByRole('tab', { name: 'Value' }).click();
  await page.locator('.fold').first().waitFor();
  await untouched('Value');
  await page.goto(`${stage().service.url}/admin?label=${encodeURIComponent(`l0=${markup[0]}`)}`);
  await page.locator('.labels', { hasText: '<img' }).first().waitFor();
  await untouched('the list');
  await page.getByRole('link', { name: 'Keys' }).click();
  await page.locator('td', { hasText: '<script>' }).first().waitFor();
  await untouched('keys');
  await page.goto(
    `${stage().service.url}/admin?view=<b>&status=<b>&run=${encodeURIComponent(markup[0] ?? '')}`,
  );
  await page.locator('.refusal').waitFor();
  await untouched('the address');
});

test('the HTTP API is shown to whoever has a key, with nothing of any other site', async () => {
  await using tab = await stage().open({ path: '/reference', isEarly: true });
  const { page } = tab;
  await page.getByLabel('Key of this service').fill(keys.operator);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('.opblock', { hasText: '/v1/admin/keys/{id}' }).waitFor();
  await page.locator('.opblock-summary-control', { hasText: 'Cancels a run' }).click();
  await page
    .locator('.opblock-body', { hasText: 'A run that has ended keeps its status.' })
    .waitFor();
  assert.deepEqual(tab.faults, []);
});

// `test/faults` has all widths and colours, and every view.
for (const look of isWhole ? looks : looks.slice(0, 2)) {
  test(`${look.width} px wide and ${look.colorScheme}, nothing serious is in anybody’s way`, async () => {
    await using tab = await stage().open({ ...openingOf(look), key: keys.operator });
    await walk(tab, keys, look, isWhole ? 'whole' : 'short');
    assert.deepEqual(tab.faults, []);
  });
}
