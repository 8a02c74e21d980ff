// The playground of a real service, in a real Chromium: what a person does there, and what they see.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { declaredHere, webGlobals } from '../../packages/web/scripts/globals.ts';
import { until } from '../shared/until.support.ts';
import { moreLines, says, stageForFile } from './playground.support.ts';

const config = `export default {
  policies: {
    default: {
      limits: { wallMs: 60_000, cpuMs: 30_000 },
      ceilings: { outputBytes: 16_777_216 },
    },
    narrow: { runtime: null, helpers: { mail: { send: (to) => 'sent to ' + to } } },
    busy: { rate: { perMinute: 1 } },
    filmed: { record: { trace: true } },
  },
};`;
const stage = stageForFile({ config });

test('the page is there before the editor, asks nobody else, and runs by keyboard', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write('console.log("hi"); console.warn("careful"); return { deep: { list: [1, 2] } }');
  await tab.run();
  await says(tab, ['hi', 'careful']);
  await page.getByRole('tab', { name: 'Value' }).click();
  await page.getByRole('button', { name: 'deep' }).click();
  await page.getByRole('button', { name: 'list' }).click();
  await page.locator('.tree', { hasText: /list: \[2\]0: 11: 2/ }).waitFor();
  await page.getByRole('tab', { name: 'Run' }).click();
  const details = (await page.locator('.details').textContent()) ?? '';
  for (const word of ['running', 'seccomp', 'netns', 'wallMs', 'Built by']) {
    assert.ok(details.includes(word), word);
  }
  const { editor, paint } = await page.evaluate(() => ({
    editor: performance.getEntriesByName('editor')[0]?.startTime ?? 0,
    paint: performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Infinity,
  }));
  assert.ok(paint < editor, `painted at ${paint}, the editor came at ${editor}`);
  assert.deepEqual(tab.faults, []);
});

test('types and the check mark what is wrong while it is written, each policy its own', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write(
    'const n: number = "a";\nimport _ from "lodash"; import s from "sleep";\n_.size([]); s.x; nowhere; params.names[0].toFixed();',
  );
  const problems = page.locator('.problems li');
  await problems.filter({ hasText: '"nowhere" is not defined' }).waitFor();
  // Two of TypeScript's, with the type of the parameters, and one of the check.
  const marked = page.locator('.squiggly-error');
  await until('three places are marked', async () => (await marked.count()) === 3).catch(
    async ({ message }: Error) => {
      const said = (await problems.allTextContents()).join(' | ');
      assert.fail(`${message} There are ${await marked.count()}, for: ${said}`);
    },
  );
  await page.getByLabel('Policy').selectOption('narrow');
  await problems.filter({ hasText: 'Module "lodash"' }).waitFor();
  await tab.write('const sent = await mail.send("ada");\nreturn sent');
  await until('nothing is marked', async () => (await marked.count()) === 0);
  await tab.run();
  await page.locator('.tree', { hasText: 'sent to ada' }).waitFor();
  await tab.write('artifacts.');
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .label-name', { hasText: 'write' }).first().waitFor();
  assert.deepEqual(tab.faults, []);
});

test('a package that a script names brings its types, and one that it does not is not loaded', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  const marked = page.locator('.squiggly-error');
  await tab.write("import { z } from 'zod';\nz.nothing;");
  await until('its types are there', async () => (await marked.count()) === 1);
  await tab.write("import { z } from 'zod';\nz.coerce.");
  await page.keyboard.press('Control+Space');
  await page.locator('.suggest-widget .label-name', { hasText: 'boolean' }).first().waitFor();
  const loaded = await page.evaluate(() =>
    performance.getEntriesByType('resource').flatMap(({ name }) => /types\?.*/.exec(name) ?? []),
  );
  assert.deepEqual([...new Set(loaded)], ['types?package=zod']);
  assert.deepEqual(tab.faults, []);
});

test('what is typed into a field stays when the page is drawn again', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await page.getByText('Limits and what the policy offers').click();
  const limit = page.getByLabel('outputBytes');
  const name = page.getByLabel('Name of this file');
  const problems = page.locator('.problems li');
  // The answer of the check draws the page again while nobody has left the field.
  await tab.write('nowhere;');
  await limit.fill('2000000');
  await problems.filter({ hasText: 'nowhere' }).waitFor();
  assert.equal(await limit.inputValue(), '2000000');
  await tab.write('elsewhere;');
  await name.fill('start.ts');
  await problems.filter({ hasText: 'elsewhere' }).waitFor();
  assert.equal(await name.inputValue(), 'start.ts');
  await page.keyboard.press('Enter');
  await tab.write('return 1');
  await tab.run();
  await page.getByRole('tab', { name: 'Run' }).click();
  await page.locator('.details dd', { hasText: '1.9 MiB' }).waitFor();
});

test('parameters are checked as JSON before anything is sent', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  const field = page.getByLabel('Parameters (JSON)');
  await field.fill('{ "n": }');
  await page.locator('.wrong', { hasText: /JSON/ }).waitFor();
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await until('it cannot be run', () => run.isDisabled());
  await field.fill('{ "n": 41 }');
  await tab.write('return params.n + 1');
  await tab.run();
  await page.locator('.tree', { hasText: '42' }).waitFor();
});

test('environment, standard input, files and a recording go with the run, as far as the policy offers them', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await page.getByText('Environment, input, files').click();
  assert.equal(await page.getByLabel(/^Record/).count(), 0, 'this policy records nothing');
  await page.getByLabel('Policy').selectOption('filmed');
  await page.getByLabel(/^Record/).waitFor();
  await page.getByLabel(/^Record its requests/).check();
  const env = page.getByLabel('Environment, NAME=value a line');
  await env.fill('NAME=Ada\noops');
  await page.getByText('Line 2 is "oops", not NAME=value.').waitFor();
  const run = page.getByRole('button', { name: 'Run', exact: true });
  await until('it cannot be run', () => run.isDisabled());
  await env.fill('NAME=Ada');
  await page.getByLabel('Standard input').fill('one\ntwo');
  const bytes = Buffer.from([0, 255, 10]);
  await page
    .getByLabel('Add files')
    .setInputFiles([{ name: 'some bytes.bin', mimeType: 'image/png', buffer: bytes }]);
  await page.getByLabel('Files of the run').getByText('some_bytes.bin').waitFor();
  await tab.write(
    "return [env.NAME, stdin.split('\\n').length, (await files.read('some_bytes.bin')).join()];",
  );
  await page.getByText('(4 in use)').waitFor();
  await tab.run();
  await page.locator('.tree', { hasText: /Ada.*2.*0,255,10/ }).waitFor();
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  await page.locator('.gallery', { hasText: 'recording.trace.json' }).waitFor();
  await page.reload();
  await page.getByText('(4 in use)').waitFor();
  assert.deepEqual(tab.faults, []);
});

test('an error shows its place in the source and goes there', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write(
    'const a = 1;\n\nthrow new TypeError("no <b>way</b>", { cause: new Error("x") });',
  );
  await tab.run('failed');
  await page.locator('.message', { hasText: /^TypeError: no <b>/ }).waitFor();
  await page.locator('.frame .hit', { hasText: /^3throw new TypeError/ }).waitFor();
  await page.keyboard.press('Control+Home');
  await page.getByRole('button', { name: 'script.ts:3:7' }).click();
  // The editor goes there in a turn of its own.
  await page.locator('.active-line-number', { hasText: /^3$/ }).waitFor();
  await page.locator('.monaco-editor.focused').waitFor();
  await page.keyboard.insertText('/* here */');
  await page.locator('.view-line', { hasText: 'throw /* here */' }).waitFor();
});

test('a run that goes on is cancelled by keyboard, and taken up again by a page that is loaded anew', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write('let n = 0; console.log("first"); setInterval(() => console.log(++n), 200);');
  await tab.run('running');
  await page.locator('.line', { hasText: 'first' }).waitFor();
  await page.reload();
  await page.locator('.status.running').waitFor();
  await page.locator('.line', { hasText: 'first' }).waitFor();
  await page.locator('.view-line', { hasText: 'setInterval' }).waitFor();
  await moreLines(tab);
  await page.keyboard.press('Control+.');
  await page.locator('.status.cancelled').waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.locator('.past .status.cancelled').waitFor();
  assert.deepEqual(tab.faults, []);
});

test('several files import each other', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await page.getByRole('button', { name: 'Add a file' }).click();
  // The field and the editor are those of the new file, which is empty.
  await page.getByRole('button', { name: 'script.ts', exact: true }).waitFor();
  await page.locator('.view-line', { hasText: 'names' }).first().waitFor({ state: 'detached' });
  await page.getByLabel('Name of this file').fill('twice.ts');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Remove twice.ts' }).waitFor();
  await tab.write('export const twice = (n: number) => 2 * n;');
  await page.getByRole('button', { name: 'script.ts', exact: true }).click();
  await page.locator('.view-line', { hasText: 'names' }).first().waitFor();
  await tab.write("import { twice } from './twice.ts';\nexport default () => twice(21);");
  await tab.run();
  await page.getByRole('tab', { name: 'Value' }).click();
  await page.locator('.tree', { hasText: /^42$/ }).waitFor();
  await page.getByRole('button', { name: 'Remove twice.ts' }).click();
  await page.locator('.problems li', { hasText: 'twice.ts' }).waitFor();
});

test('a rate limit says when to try again', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write('return 1');
  await page.getByLabel('Policy').selectOption('busy');
  await page.route('**/v1/runs', (route) =>
    route.fulfill({
      status: 429,
      contentType: 'application/problem+json',
      headers: { 'retry-after': '2' },
      json: { code: 'rate_limited', detail: 'Too many requests of this key.' },
    }),
  );
  await tab.run('refused');
  await page.getByRole('button', { name: /Run again in [12] s/ }).waitFor();
  await page.unrouteAll();
  await page.getByRole('button', { name: 'Run again', exact: true }).click();
  await page.locator('.status.succeeded').waitFor();
});

test('the editor knows the globals that an isolate has, and no others', async () => {
  const { value } = await stage().service.run({ code: 'Object.getOwnPropertyNames(globalThis)' });
  const language = runInNewContext('Object.getOwnPropertyNames(globalThis)') as string[];
  const ours = ['artifacts', 'env', 'files', 'params', 'progress', 'stdin'];
  const found = (value as string[]).filter((name) => ![...language, ...ours].includes(name));
  const declared = [...declaredHere.matchAll(/^declare \w+ (\w+)/gm)].map(([, name]) => name ?? '');
  const known = [...webGlobals, ...declared].filter((name) => !language.includes(name));
  assert.deepEqual(known.toSorted(), found.toSorted());
});
