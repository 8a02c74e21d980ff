import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { until } from '../shared/until.support.ts';
import { type Service, type ServiceOptions, startService } from '../service/service.support.ts';

export interface Stage {
  readonly service: Service;
  readonly browser: Browser;
  /** A tab of its own with the page in it, and the editor open. */
  open(options?: Opening): Promise<Tab>;
}

export interface Opening extends BrowserContextOptions {
  /** Behind the address of the service. */
  readonly path?: string;
  /** Resolves as soon as the page is there, without the editor. */
  readonly isEarly?: boolean;
  /** The key that the tab holds, as if somebody had signed in. */
  readonly key?: string;
}

/** A tab, and whatever happened in it that must not. */
export interface Tab extends AsyncDisposable {
  readonly page: Page;
  /** Requests to elsewhere, dialogs, errors of the page and refusals of its policy. */
  readonly faults: string[];
  /** Writes the script, in place of the one that is there. */
  write(text: string): Promise<void>;
  /** Runs it by keyboard, and waits until the status says one of the words. */
  run(word?: string): Promise<void>;
}

/** A service and a Chromium for all tests of a file. `prepare` is awaited before the first. */
export function stageForFile(
  options: ServiceOptions = {},
  prepare?: (service: Service) => Promise<void>,
): () => Stage {
  const stack = new AsyncDisposableStack();
  let stage: Stage | undefined;
  before(async () => {
    const service = stack.use(await startService(options));
    await prepare?.(service);
    const browser = await chromium.launch({
      executablePath: '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--js-flags=--expose-gc',
        // The browser's own wall before this machine, where canaries are, would hide that ours is missing.
        '--disable-features=LocalNetworkAccessChecks',
      ],
    });
    stack.defer(() => browser.close());
    stage = { service, browser, open: (opening) => openTab(browser, service.url, opening) };
  });
  after(() => stack.disposeAsync());
  return () => stage ?? assert.fail('the stage is not open');
}

async function openTab(browser: Browser, url: string, opening: Opening = {}): Promise<Tab> {
  const { path = '/', isEarly = false, key, ...options } = opening;
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  context.setDefaultTimeout(20_000);
  if (key !== undefined) {
    await context.addInitScript((held) => {
      const tab = globalThis as unknown as {
        readonly top: unknown;
        readonly sessionStorage: { setItem(name: string, value: string): void };
      };
      // Frames in the page have no storage.
      if (tab.top === tab) tab.sessionStorage.setItem('castellan.key', held);
    }, key);
  }
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    const { url: from } = message.location();
    // An answer that is a refusal is a line of Chromium's, and the page shows it.
    const isAnswer =
      /Failed to load resource/.test(message.text()) && /\/(?:v1\/|openapi\.json)/.test(from);
    if (message.type() === 'error' && !isAnswer) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== url && !['blob:', 'data:'].includes(protocol)) faults.push(request.url());
  });
  page.on('popup', (popup) => faults.push(`popup: ${popup.url()}`));
  await page.goto(url + path);
  if (!isEarly) await page.locator('.monaco-editor').waitFor();
  return {
    page,
    faults,
    async write(text) {
      await page.getByRole('textbox', { name: /^Script\./ }).focus();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    },
    async run(word = 'succeeded') {
      await page.keyboard.press('Control+Enter');
      await page.locator(`.status.${word}`).waitFor();
    },
    [Symbol.asyncDispose]: () => context.close(),
  };
}

/** Waits until the log shows these lines, and no others. */
export async function says({ page }: Tab, lines: readonly string[]): Promise<void> {
  const shown = page.locator('.line .text');
  await until(`the log says ${lines.join()}`, async () => {
    return JSON.stringify(await shown.allTextContents()) === JSON.stringify(lines);
  });
}

/** Waits until more lines have come than are there now: however many there are, only some are in the page. */
export async function moreLines({ page }: Tab): Promise<void> {
  const last = page.locator('.line').last();
  const count = async (): Promise<number> => Number(await last.getAttribute('aria-setsize'));
  const had = await count();
  await until('more lines have come', async () => (await count()) > had);
}

/** What the page has put on the clipboard. */
export function copied({ page }: Tab): Promise<string> {
  return page.evaluate(() => {
    const { clipboard } = navigator as unknown as { clipboard: { readText(): Promise<string> } };
    return clipboard.readText();
  });
}
