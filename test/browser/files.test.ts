// Files that pass between a script, its pages and its run: names and bytes, in both directions.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forEachEngine } from '../contract/contract.support.ts';
import { stageForFile } from './browser.support.ts';

/** Downloads a file, and reads the artifact that it becomes. */
const helpers = `
const fetchFile = (name, body) => page.evaluate((url) => {
  const link = document.createElement('a');
  link.href = url;
  link.click();
}, \`\${params.origin}/named?\${new URLSearchParams({ name, body })}\`);
const kept = async (name) => {
  for (;;) {
    const text = await artifacts.read(name, 'utf8').catch((error) => {
      if (error.code !== 'not_found') throw error;
    });
    if (text !== undefined) return text;
    await page.title();
  }
};
await page.goto(params.origin + '/title');
`;

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);

  test('downloads keep their names in any script, and none replaces another', async () => {
    const { sandbox, site } = stage();
    const names = {
      'bericht ü.csv': 'bericht ü.csv',
      '報告.csv': '報告.csv',
      'emoji😀.txt': 'emoji😀.txt',
      'отчёт.txt': 'отчёт.txt',
      '../../etc/x.txt': '_.._etc_x.txt',
      'rtl\u202egnp.txt': 'rtl_gnp.txt',
      'con.txt': '_con.txt',
      '.env': 'env',
      [`${'報'.repeat(100)}.pdf`]: `${'報'.repeat(65)}.pdf`,
    };
    const run = await sandbox.run(
      `${helpers}
      const found = [];
      for (const [name, artifact] of Object.entries(params.names)) {
        await fetchFile(name, name);
        found.push([artifact, await kept(artifact)]);
      }
      await artifacts.write('mine.tar.gz', 'mine');
      for (const body of ['one', 'two']) await fetchFile('mine.tar.gz', body);
      const three = ['mine.tar.gz', 'mine (1).tar.gz', 'mine (2).tar.gz'];
      return [found, await Promise.all(three.map(kept))];`,
      { params: { origin: site.origin, names } },
    );
    assert.equal(run.reason, null, run.error?.stack);
    const [found, [mine, ...others]] = run.value as [unknown, string[]];
    assert.deepEqual(
      found,
      Object.entries(names).map(([name, artifact]) => [artifact, name]),
    );
    assert.deepEqual([mine, others.toSorted()], ['mine', ['one', 'two']]);
  });

  test('uploads keep their names in any script, however many there are', async () => {
    const { sandbox } = stage();
    const names = ['ü ö.png', '報告.csv', 'emoji😀.txt', 'README', 'a.tar.gz', 'con.txt'];
    for (let number = 1; names.length < 24; number++) names.push(`${number}.txt`);
    const run = await sandbox.run(
      `await page.setContent('<input type=file>');
      const input = await page.$('input');
      const found = [];
      for (const name of params.names) {
        await artifacts.write(name, name);
        await input.uploadFile(name);
        found.push(await input.evaluate(async ({ files: [file] }) => [file.name, await file.text()]));
      }
      return found;`,
      { params: { names }, limits: { artifactCount: 64 } },
    );
    assert.equal(run.reason, null, run.error?.stack);
    assert.deepEqual(
      run.value,
      names.map((name) => [name, name]),
    );
  });

  test('pictures are as large as the memory of the browser allows, and the bound has a name', async () => {
    const { sandbox } = stage();
    const shot = (how: string, browserMemoryBytes: number) =>
      sandbox.run(
        `await page.setViewport({ width: 1920, height: 1000 });
        await page.setContent('<body style="margin:0"><div style="height:36000px">x');
        const bytes = await ${how};
        const view = new DataView(bytes.buffer, bytes.byteOffset);
        return [view.getUint32(16), view.getUint32(20)];`,
        { limits: { browserMemoryBytes } },
      );
    const element = "(await page.$('div')).screenshot({ optimizeForSpeed: true })";
    const refused = await shot(element, 2 ** 30);
    assert.match(
      refused.error?.message ?? '',
      /clip has 70 megapixels, and 53 are the most with a browserMemoryBytes of 1073741824$/,
    );
    const taken = await shot(element, 3 * 2 ** 30);
    assert.deepEqual(taken.value, [1_920, 36_000], taken.error?.stack);
  });
});
