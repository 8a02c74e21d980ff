// Deploys a scraper, has the service call it every quarter of an hour, calls it once now, and prints what it found.
//   node examples/service/schedule.ts https://shop.example/        CASTELLAN_URL, CASTELLAN_KEY
// The policy has to allow the host: castellan serve --allow-host shop.example
import { createClient } from '@castellan/sdk';

const page = process.argv[2] ?? 'https://shop.example/';
const castellan = createClient({
  url: process.env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400',
  key: process.env['CASTELLAN_KEY'],
});

await castellan.functions.put('scrape', {
  code: `
    export default async ({ page }) => {
      const answer = await fetch(page);
      if (!answer.ok) throw new Error(page + ' answers ' + answer.status);
      const text = await answer.text();
      const found = text.matchAll(/<li>([^<]+): ([0-9.]+)/g);
      return Object.fromEntries([...found].map(([, name, price]) => [name, Number(price)]));
    };`,
  description: 'The prices of a page.',
  network: { allow: [new URL(page).host] },
  limits: { wallMs: 10_000 },
});
const { next } = await castellan.schedules.put('prices', {
  cron: '*/15 * * * *',
  timezone: 'Europe/Vienna',
  function: 'scrape',
  params: { page },
  // A page that is slow is not asked again before it has answered; what a night without power missed is made up for once.
  overlap: 'skip',
  missed: 'once',
  jitterMs: 30_000,
});
console.error(`next at ${next[0]}`);

const run = await castellan.schedules.run('prices', { waitS: 20 });
const { status, value, error } = await run.result();
if (status !== 'succeeded') throw new Error(error?.message ?? status);
console.log(JSON.stringify(value));
