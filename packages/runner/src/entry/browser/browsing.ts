import type { BrowserSettings } from '@castellan/protocol';
import type { Browser } from 'puppeteer-core/internal/api/Browser.js';
import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { _connectToCdpBrowser } from 'puppeteer-core/internal/cdp/BrowserConnector.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import { debug } from 'puppeteer-core/internal/common/Debug.js';
import { createPuppeteer, type Honoured } from './puppeteer.ts';
import type { Page } from 'puppeteer-core/internal/api/Page.js';
import { nameOpaque } from './opaque.ts';
import { recordActions } from './actions.ts';
import { applySettings } from './settings.ts';
import { boundTimeOuts } from './time-outs.ts';
import { countWaits } from './waits.ts';
import { createTransports } from './transport.ts';
import type { Browsing, BrowsingHost } from './browsing-host.ts';

/** Puppeteer for one run in either engine. Its environment must have been prepared before. */
export function browsingOver(host: BrowsingHost): Browsing {
  const transports = createTransports((text) => host.send(text));
  let settings: BrowserSettings = {};
  let browser: Browser | undefined;
  let firstPage: Page | undefined;
  /** How many `launch` and `connect` calls have the browser and have not closed it. */
  let holders = 0;

  const timeOuts = boundTimeOuts(() => host.leftMs());
  countWaits((by) => host.count(by));
  prepareEachPage((page) => applySettings(page, settings));

  /** Counts one holder less. Returns false when others still have the browser. */
  const release = (): boolean => {
    holders = Math.max(0, holders - 1);
    return holders === 0;
  };
  const { disconnect } = CdpBrowser.prototype;
  CdpBrowser.prototype.disconnect = async function () {
    if (release()) await disconnect.call(this);
  };
  // Chromium lives as long as the run, so that a script may launch it again.
  CdpBrowser.prototype.close = async function () {
    if (!release()) return;
    const contexts = this.browserContexts().filter(({ id }) => id !== undefined);
    await Promise.allSettled(contexts.map((context) => context.close()));
    const pages = await this.defaultBrowserContext().pages(true);
    await Promise.allSettled(pages.map((page) => page.close()));
    await disconnect.call(this);
  };

  const connect = async (options: Honoured): Promise<Browser> => {
    if (browser?.connected === true) await disconnect.call(browser as CdpBrowser);
    timeOuts.connecting(options.protocolTimeout);
    const connected = await _connectToCdpBrowser(
      transports.open(),
      'castellan:browser',
      {
        ...(settings.viewport === undefined ? {} : { defaultViewport: settings.viewport }),
        ...options,
        idGenerator: transports.nextId,
      },
      debug,
    );
    const [first] = await connected.pages();
    const page = first ?? (await connected.newPage());
    firstPage = page;
    browser = connected;
    host.show(connected, page);
    return connected;
  };

  /** Hands the browser to one more holder; connects again if it is not connected, or for new options. */
  const take = async (options: Honoured): Promise<Browser> => {
    const isFree = holders === 0;
    const again = browser?.connected !== true || (isFree && Object.keys(options).length > 0);
    const taken = again || browser === undefined ? await connect(options) : browser;
    holders++;
    return taken;
  };

  const puppeteer = createPuppeteer(take, (text) => host.warn(text));
  return {
    puppeteer,
    shown: () => ({ browser, page: firstPage, puppeteer }),
    nameOpaque,
    async open(given) {
      settings = given;
      if (given.isTraced === true) recordActions((text) => host.act(text));
      await connect({});
    },
    onMessage: (text) => transports.onMessage(text),
    get isOpen() {
      return browser?.connected === true;
    },
  };
}

/** Calls `prepare` for each page before anything else sees it. */
function prepareEachPage(prepare: (page: CdpPage) => Promise<void>): void {
  /* oxlint-disable no-underscore-dangle -- Puppeteer has no other place for it */
  const create = CdpPage._create.bind(CdpPage);
  CdpPage._create = async (...args) => {
    const page = await create(...args);
    await prepare(page);
    return page;
  };
  /* oxlint-enable no-underscore-dangle */
}
