/** A page that has the browser sandbox, in a real Chromium. */
import type { Json, RunError } from '@castellan/protocol';
import type {
  BrowserRun,
  BrowserRunOptions,
  BrowserSandboxOptions,
} from '@castellan/sdk/browser-sandbox';
import type * as BrowserSandbox from '@castellan/sdk/browser-sandbox';
import { build } from 'esbuild';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';

export type { BrowserRun, Json, RunError };

/** The files of the sandbox as a bundler makes them for a site, by path. */
export async function bundledSandbox(): Promise<ReadonlyMap<string, string>> {
  const { outputFiles } = await build({
    entryPoints: { sandbox: '@castellan/sdk/browser-sandbox' },
    absWorkingDir: import.meta.dirname,
    outdir: '/',
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    chunkNames: 'worker-source',
  });
  return new Map(outputFiles.map(({ path, text }) => [path, text]));
}

/** A site on this machine. */
export interface Site extends AsyncDisposable {
  readonly origin: string;
}

export async function serve(listener: RequestListener): Promise<Site> {
  const server: Server = createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** How the site answers for a page: the headers of the page, and what else it serves. */
export interface Serving {
  readonly headers?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
}

export async function serveSandbox({ headers = {}, files = {} }: Serving = {}): Promise<Site> {
  const bundle = await bundledSandbox();
  return serve(({ url = '' }, response) => {
    const code = bundle.get(url);
    const file = files[url];
    if (code !== undefined) response.setHeader('content-type', 'text/javascript').end(code);
    else if (file !== undefined) response.setHeader('content-type', 'text/html').end(file);
    else {
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.setHeader('content-type', 'text/html').end('<!doctype html><title>A shop</title>');
    }
  });
}

export async function launch(...args: string[]): Promise<Browser> {
  return puppeteer.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1', ...args],
  });
}

/** Opens a page of the site that can run scripts. */
export async function openPage(browser: Browser, { origin }: Site): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(origin);
  return page;
}

/** Runs one script in the page. */
export async function runIn(
  page: Page,
  source: string,
  options: BrowserRunOptions = {},
  ofSandbox: BrowserSandboxOptions = {},
): Promise<BrowserRun> {
  return page.evaluate(
    async (code, given, sandbox) => {
      const file: string = '/sandbox.js';
      const { createBrowserSandbox } = (await import(file)) as typeof BrowserSandbox;
      return createBrowserSandbox(sandbox).run(code, given);
    },
    source,
    options,
    ofSandbox,
  );
}
