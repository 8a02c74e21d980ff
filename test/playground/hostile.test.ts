// A hostile script cannot do anything to the page that shows what it made: no row may set a canary, ask
// another site, open a dialog, or put an element of its own into the page.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { copied, stageForFile, type Tab } from './playground.support.ts';

const stage = stageForFile({ config: { policies: { default: {} } } });

/** Each of them would set the canary where it became part of a page. */
const markup = [
  '<img src=x onerror="window.canary=1">',
  '<script>window.canary=1</script>',
  '<svg onload="window.canary=1"><a href="javascript:window.canary=1">x</a></svg>',
  '"><iframe srcdoc="<script>parent.canary=1</script>"></iframe>',
  '<style>body{display:none}</style>',
  '{{constructor.constructor("window.canary=1")()}}',
  '\u001b]8;;javascript:window.canary=1\u0007link\u001b]8;;\u0007 \u202e\u2066',
];

/** Where a script's text can show up, as a script that puts it there. */
const places: readonly (readonly [
  where: string,
  tab: string | null,
  code: string,
  end?: string,
])[] = [
  [
    'lines of the log',
    null,
    'for (const text of params) { console.log(text); console.error(text); }',
  ],
  ['the value', 'Value', 'return { [params[0]]: params, list: params }'],
  [
    'keys of the value',
    'Value',
    'return { ["__proto__"]: 1, constructor: params, toString: params }',
  ],
  [
    'an error',
    null,
    'const e = new Error(params.join("\\n"), { cause: params }); e.name = params[0]; e.stack = params.join(); throw e;',
    'failed',
  ],
  [
    'errors inside of it',
    null,
    'throw new AggregateError(params.map((p) => new Error(p)), params[1])',
    'failed',
  ],
  ['a value that is thrown', null, 'throw params', 'failed'],
  ['progress', null, 'for (const text of params) progress(0.5, text); return 1'],
  [
    'names and types of artifacts',
    'Artifacts',
    'for (const text of params) await artifacts.write(text, text, { contentType: text.slice(0, 90) }); return 1',
  ],
  [
    'artifacts that are pages',
    'Artifacts',
    `for (const [at, type] of ['text/html', 'image/svg+xml', 'image/png', 'application/pdf', 'text/javascript', 'application/xhtml+xml', 'application/octet-stream'].entries())
       await artifacts.write('page' + at + '.html', params.join(''), { contentType: type }); return 1`,
  ],
];

async function untouched({ page, faults }: Tab): Promise<void> {
  const found = await page.evaluate(() => {
    const { document } = globalThis as unknown as {
      document: { querySelectorAll(s: string): Iterable<{ outerHTML: string }> };
    };
    const foreign = document.querySelectorAll(
      // The editor has styles of its own.
      '#app :is(script, iframe, object, embed, style, svg, [onerror], [onload], a[href^="javascript:"]):not(.monaco *)',
    );
    return {
      canary: (globalThis as { canary?: number }).canary ?? null,
      foreign: [...foreign].map((each) => each.outerHTML),
    };
  });
  assert.deepEqual({ ...found, faults }, { canary: null, foreign: [], faults: [] });
}

test('what a script says and makes is shown as text, wherever it shows up', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await page.getByLabel('Parameters (JSON)').fill(JSON.stringify(markup));
  for (const [where, shown, code, end = 'succeeded'] of places) {
    await tab.write(code);
    await tab.run(end);
    if (shown !== null) await page.getByRole('tab', { name: shown }).click();
    await until('what is shown has come', async () => {
      return (await page.locator('[aria-busy=true]').count()) === 0;
    });
    await test(where, () => untouched(tab));
    await page.getByRole('button', { name: 'Close' }).click();
  }
});

test('a link puts its script into the editor and runs nothing', async () => {
  await using maker = await stage().open();
  const code = `/* ${markup.join(' ')} */ console.log('ran')`;
  await maker.write(code);
  await maker.page.getByRole('button', { name: 'Share' }).click();
  await maker.page.getByText('Link copied.').waitFor();
  const link = await copied(maker);
  await using tab = await stage().open({ path: new URL(link).pathname + new URL(link).hash });
  await tab.page.getByText('This script came with a link.').waitFor();
  await tab.page.locator('.view-line', { hasText: "console.log('ran')" }).waitFor();
  assert.equal(await tab.page.locator('.line').count(), 0);
  assert.equal(new URL(tab.page.url()).hash, '');
  await untouched(tab);
});

test('a script that no link has room for is stored, shown as text to whoever opens it, and not run', async () => {
  await using maker = await stage().open();
  const ballast = Array.from({ length: 600 }, () => randomUUID());
  await maker.page.getByLabel('Parameters (JSON)').fill(JSON.stringify({ markup, ballast }));
  await maker.write(`/* ${markup.join(' ')} */ console.log('ran')`);
  await maker.page.getByRole('button', { name: 'Share' }).click();
  await maker.page.getByText('It is stored for your tenant until').waitFor();
  const { pathname, hash } = new URL(await copied(maker));
  assert.match(hash, /^#share=shr_[\w-]{22}$/);
  await using tab = await stage().open({ path: pathname + hash });
  await tab.page.getByText('This script came with a link.').waitFor();
  await tab.page.locator('.view-line', { hasText: "console.log('ran')" }).waitFor();
  assert.equal(await tab.page.locator('.line').count(), 0);
  assert.equal(new URL(tab.page.url()).hash, '');
  await tab.page.reload();
  await tab.page.locator('.view-line', { hasText: "console.log('ran')" }).waitFor();
  await untouched(tab);
  await stage().service.call('DELETE', `/v1/shares/${hash.slice('#share='.length)}`);
  await using late = await stage().open({ path: pathname + hash, isEarly: true });
  await late.page.getByText('it is no longer there, or was stored for another tenant').waitFor();
  await untouched(late);
});

test('a link that is no link of ours is nothing', async () => {
  for (const hash of [
    '#script=%00',
    '#script=AAAA',
    `#script=${'A'.repeat(9_000)}`,
    '#share=../keys',
  ]) {
    await using tab = await stage().open({ path: `/${hash}`, isEarly: true });
    await tab.page.getByText('Nothing has been run').waitFor();
    assert.deepEqual(tab.faults, []);
  }
});

test('a command that is copied is one command, whatever the script holds', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  const folder = mkdtempSync(join(tmpdir(), 'castellan-copied-'));
  try {
    const code = `const a = "'; touch canary; '"; \`$(touch canary)\`; // $(touch canary) \\' EOF`;
    await tab.write(code);
    await page.locator('.view-line', { hasText: 'canary' }).waitFor();
    for (const tool of ['curl', 'castellan']) {
      const kind = tool === 'curl' ? 'curl' : 'CLI';
      await page.getByLabel('Copy as').selectOption(kind);
      await page.getByText(`Copied as ${kind}.`).waitFor();
      const command = await copied(tab);
      writeFileSync(join(folder, tool), '#!/bin/sh\nprintf "%s\\n" "$@"; cat\n', { mode: 0o755 });
      const env = { PATH: `${folder}:${process.env['PATH']}` };
      const got = execFileSync('sh', ['-euc', command], {
        cwd: folder,
        env,
        encoding: 'utf8',
        input: '',
      });
      assert.ok(got.includes(tool === 'curl' ? JSON.stringify(code).slice(1, -1) : code), got);
      assert.throws(
        () => execFileSync('test', ['-e', join(folder, 'canary')]),
        'the canary is there',
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
