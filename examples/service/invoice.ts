// Has a Puppeteer script make an invoice, as a picture and as a paper, and fetches both.
//   node examples/service/invoice.ts [FOLDER]        CASTELLAN_URL, CASTELLAN_KEY
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const url = process.env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400';
const key = process.env['CASTELLAN_KEY'];
const authorization: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
const folder = process.argv[2] ?? 'made';

interface Run {
  readonly id: string;
  readonly status: string;
  readonly value: unknown;
  readonly error: { readonly message: string } | null;
  readonly artifacts: readonly {
    readonly name: string;
    readonly url: string;
    readonly sizeBytes: number;
    readonly image?: { readonly width: number; readonly height: number };
  }[];
}

// A customer's script. `page` is predefined, `path` creates an artifact, he is in the runtime.
const script = `
import { escape } from 'he';
const rows = params.items.map(({ name, cents }) =>
  '<tr><td>' + escape(name) + '<td>' + (cents / 100).toFixed(2)).join('');
await page.setContent('<title>Invoice</title><h1>Invoice</h1><table>' + rows + '</table>');
await page.screenshot({ path: 'invoice.png' });
await page.pdf({ path: 'invoice.pdf', format: 'A4' });
return page.$$eval('td:last-child', (cells) => cells.reduce((sum, cell) => sum + Number(cell.textContent), 0));`;

const response = await fetch(`${url}/v1/runs`, {
  method: 'POST',
  headers: { ...authorization, 'content-type': 'application/json', prefer: 'wait=30' },
  body: JSON.stringify({
    code: script,
    params: {
      items: [
        { name: 'Bolts & nuts', cents: 1250 },
        { name: 'Work', cents: 9000 },
      ],
    },
    browser: { viewport: { width: 600, height: 400 }, locale: 'de-AT' },
  }),
});
if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
const { status, value, error, artifacts } = (await response.json()) as Run;
if (status !== 'succeeded') throw new Error(`${status}: ${error?.message}`);

await mkdir(folder, { recursive: true });
for (const { name, image, ...artifact } of artifacts) {
  const bytes = await fetch(new URL(artifact.url, url), { headers: authorization });
  await writeFile(join(folder, name), Buffer.from(await bytes.arrayBuffer()));
  console.error(join(folder, name), image ? `${image.width} x ${image.height}` : '');
}
console.log(JSON.stringify(value));
