import { createSandbox, type Run, type RunHandle } from '@castellan/sandbox';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, launch } from 'puppeteer-core';
import { type Figure, latency, pssMb, quantile, sustain, time } from '../measure.ts';

const rounds = 20;
const chromium = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const script = `
await page.goto(params.url);
await page.title();
await page.click('button');
await page.screenshot();
return null;`;

/** P7: a local page, its title, a click and a screenshot, beside plain Puppeteer on a warm Chromium. */
export async function browserCase(): Promise<Figure[]> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<title>A page</title><h1>Hello</h1><button>Press</button>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const url = `http://${host}/`;
  try {
    const plain = await plainFigures(url);
    return [...plain, ...(await boxedFigures(host, url, plain[0]?.p50 ?? NaN))];
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

async function plainFigures(url: string): Promise<Figure[]> {
  const options = { executablePath: chromium, args: ['--no-sandbox', '--disable-gpu'] };
  const browser = await launch(options);
  try {
    await visit(browser, url);
    const times = await time(rounds, () => visit(browser, url));
    const { perSecond, runs } = await sustain(10_000, 4, () => visit(browser, url));
    const launched = await time(6, async () => {
      const own = await launch(options);
      await visit(own, url);
      await own.close();
    });
    return [
      latency('plain Puppeteer, a new context of a warm Chromium', times),
      { name: 'the same, 4 at once', unit: 'per s', p50: perSecond, rounds: runs },
      latency('plain Puppeteer, a Chromium launched for it', launched),
    ];
  } finally {
    await browser.close();
  }
}

async function visit(browser: Browser, url: string): Promise<void> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.title();
  await page.click('button');
  await page.screenshot();
  await context.close();
}

async function boxedFigures(host: string, url: string, plain: number): Promise<Figure[]> {
  await using sandbox = await createSandbox({
    browser: { warm: 4 },
    warm: 4,
    network: { allow: [host], allowPrivate: ['127.0.0.0/8'] },
    limits: { wallMs: 30_000, cpuMs: 20_000 },
  });
  const run = (source: string): RunHandle => sandbox.run(source, { params: { url } });
  const done = async (source: string): Promise<Run> => {
    const ended = await run(source);
    if (ended.reason !== null) throw new Error(ended.error?.stack);
    return ended;
  };
  // The next Chromium needs about half a second to be ready.
  const settled = (): Promise<void> => wait(1_500);
  const before = pssMb(process.pid);
  const ready = await time(rounds, () => done('page; 1'), settled);
  const times = await time(rounds, () => done(script), settled);
  const ratio = (quantile(times, 0.5) / plain).toFixed(2);
  const { perSecond, runs } = await sustain(15_000, 4, () => done(script));
  await settled();
  return [
    latency('in boxes, warm: from the start to `page`', ready, 'target 30 ms'),
    latency('P7: in boxes, warm', times, `${ratio} × plain (target 1.25)`),
    { name: 'in boxes, 4 at once', unit: 'per s', p50: perSecond, rounds: runs },
    {
      name: 'memory of four warm browsers with their boxes and this process',
      unit: 'MB',
      p50: before,
      rounds: 1,
    },
  ];
}
