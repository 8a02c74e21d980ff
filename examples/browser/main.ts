/** Runs each script of this folder with a browser that may reach only the site beside it. */
import { createSandbox } from '@castellan/sandbox';
import { readFileSync } from 'node:fs';
import { openSite } from './site.ts';

await using site = await openSite();
await using sandbox = await createSandbox({
  browser: true,
  network: { allow: [site.host], allowPrivate: ['127.0.0.0/8'] },
});

const scripts: readonly (readonly [name: string, params: object])[] = [
  ['title.js', {}],
  ['table.js', {}],
  ['scrape.js', {}],
  [
    'invoice.js',
    {
      lines: [
        { text: 'Tea', amount: 2.5 },
        { text: 'Cake', amount: 4 },
      ],
    },
  ],
  ['login.js', { name: 'ada', password: 'open sesame' }],
  ['intercept.js', {}],
];

for (const [name, params] of scripts) {
  const code = readFileSync(new URL(name, import.meta.url), 'utf8');
  const run = await sandbox.run(
    { files: { [name]: code }, entry: name },
    { params: { url: site.url, ...params } },
  );
  const shown =
    run.error === null ? JSON.stringify(run.value) : `${run.reason}: ${run.error.message}`;
  const made = run.artifacts.map((artifact) => ` [${artifact.name}, ${artifact.contentType}]`);
  console.log(`${name}: ${shown}${made.join('')}`);
}
