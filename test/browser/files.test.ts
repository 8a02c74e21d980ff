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

forEachEngine(({ engine, openSandbox }) => {
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

  test('a recipe that waits for the event of a download finds the file', async () => {
    const { sandbox, site } = stage();
    const run = await sandbox.run(
      `${helpers}
      const events = [];
      const ended = (client, domain) => new Promise((resolve) => {
        client.on(domain + '.downloadWillBegin', ({ suggestedFilename }) => events.push(domain + suggestedFilename));
        client.on(domain + '.downloadProgress', ({ state, filePath }) => {
          if (state === 'completed') resolve(artifacts.read('large.txt').then(({ length }) => [length, filePath].filter(Boolean)));
        });
      });
      const ofPage = await page.createCDPSession();
      const ofBrowser = await browser.target().createCDPSession();
      await ofPage.send('Page.enable');
      await ofBrowser.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: 'there', eventsEnabled: true });
      const both = Promise.all([ended(ofPage, 'Page'), ended(ofBrowser, 'Browser')]);
      await fetchFile('large.txt', 'x'.repeat(5_000));
      return [await both, events.toSorted()];`,
      { params: { origin: site.origin } },
    );
    assert.equal(run.reason, null, run.error?.stack);
    assert.deepEqual(run.value, [
      [[5_000], [5_000]],
      ['Browserlarge.txt', 'Pagelarge.txt'],
    ]);
  });

  if (engine === 'node') {
    test('a recipe that looks into the folder of downloads finds them there, complete', async () => {
      const { sandbox, site } = stage();
      const run = await sandbox.run(
        `import fs from 'node:fs';
        import path from 'node:path';
        ${helpers}
        const waitFor = async (folder, name) => {
          while (!fs.existsSync(folder) || !fs.readdirSync(folder).includes(name)) await page.title();
          const size = fs.statSync(path.join(folder, name)).size;
          return [fs.readdirSync(folder).filter((each) => !['home', 'tmp'].includes(each)), size];
        };
        const found = [];
        await fetchFile('here.csv', 'x'.repeat(6_000));
        found.push(await waitFor('.', 'here.csv'));
        const client = await page.createCDPSession();
        const folder = path.resolve(__dirname, 'downloads');
        await client.send('Page.setDownloadBehavior', { behavior: 'allow', downloadPath: folder });
        for (const name of ['報告.csv', '報告 (1).csv']) {
          await fetchFile('報告.csv', name);
          found.push(await waitFor(folder, name));
        }
        fs.appendFileSync(path.join(folder, '報告 (1).csv'), ', and more');
        await client.send('Browser.setDownloadBehavior', { behavior: 'allowAndName', downloadPath: 'guids' });
        await fetchFile('named.csv', 'x');
        while (!fs.existsSync('guids')) await page.title();
        found.push(/^[\\da-f-]{36}$/.test(fs.readdirSync('guids')));
        await client.send('Browser.setDownloadBehavior', { behavior: 'allow', downloadPath: '/etc/x' });
        await fetchFile('elsewhere.csv', 'x');
        await kept('elsewhere.csv');
        return found;`,
        { params: { origin: site.origin } },
      );
      assert.equal(run.reason, null, run.error?.stack);
      assert.deepEqual(run.value, [
        [['here.csv'], 6_000],
        [['報告.csv'], 10],
        [['報告 (1).csv', '報告.csv'], 14],
        true,
      ]);
      assert.deepEqual(
        run.artifacts.map(({ name }) => name),
        [
          'here.csv',
          '報告.csv',
          '報告 (1).csv',
          'named.csv',
          'elsewhere.csv',
          'downloads_報告 (1).csv',
        ],
      );
      assert.match(
        run.logs.map(({ text }) => text).join(),
        /"elsewhere.csv" is an artifact, and could not be written to "\/etc\/x"/,
      );
    });
  }

  test('large answers come one after the other, and one that is too large says what is', async () => {
    const run = await stage().sandbox.run(
      `await page.evaluate(() => { window.large = 'x'.repeat(10 * 2 ** 20); });
      let length = 0;
      for (let times = 0; times < 5; times++) length += (await page.evaluate(() => large)).length;
      const refusal = await page.evaluate(() => large.repeat(7)).catch(({ message }) => message);
      return [length, refusal, typeof globalThis.gc];`,
      { limits: { memoryBytes: 128 * 2 ** 20 } },
    );
    assert.deepEqual(
      run.value,
      [
        50 * 2 ** 20,
        'Protocol error (Runtime.callFunctionOn): The answer is larger than 64 MiB, which is the most: ask for less, or for parts',
        'undefined',
      ],
      run.error?.stack,
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
