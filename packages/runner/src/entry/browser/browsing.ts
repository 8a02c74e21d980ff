import type { BrowserSettings } from '@castellan/protocol';
import type { Browser } from 'puppeteer-core/internal/api/Browser.js';
import { CdpBrowser } from 'puppeteer-core/internal/cdp/Browser.js';
import { _connectToCdpBrowser } from 'puppeteer-core/internal/cdp/BrowserConnector.js';
import { CdpPage } from 'puppeteer-core/internal/cdp/Page.js';
import { debug } from 'puppeteer-core/internal/common/Debug.js';
import type { ConnectionTransport } from 'puppeteer-core/internal/common/ConnectionTransport.js';
import type { Look } from './launch-args.ts';
import { createPuppeteer, type Honoured, type Opening } from './puppeteer.ts';
import type { Page } from 'puppeteer-core/internal/api/Page.js';
import { nameOpaque } from './opaque.ts';
import { recordActions } from './actions.ts';
import { applySettings } from './settings.ts';
import { boundTimeOuts } from './time-outs.ts';
import { refuseUnavailable } from './unavailable.ts';
import { watchCalls } from './watched.ts';
import { createTransports } from './transport.ts';
import type { Browsing, BrowsingHost } from './browsing-host.ts';

/** Puppeteer for one run in either engine. Its environment must have been prepared before. */
export function browsingOver(host: BrowsingHost): Browsing {
  const transports = createTransports((text) => host.send(text));
  let settings: BrowserSettings = {};
  let browser: Browser | undefined;
  let firstPage: Page | undefined;
  /** What `launch` and `connect` have given to the script and it has not let go of. */
  const held = new Set<Browser>();
  /** Those that have not been disconnected, held or not, and how their pages look. */
  const looks = new Map<Browser, Look>();

  const timeOuts = boundTimeOuts(() => host.leftMs());
  refuseUnavailable();
  watchCalls(host);
  prepareEachPage((page) => applySettings(page, { ...settings, ...looks.get(page.browser()) }));

  const { disconnect, userAgent } = CdpBrowser.prototype;
  const end = async (ending: Browser): Promise<void> => {
    looks.delete(ending);
    await disconnect.call(ending as CdpBrowser);
  };
  CdpBrowser.prototype.userAgent = async function () {
    return looks.get(this)?.userAgent ?? settings.userAgent ?? (await userAgent.call(this));
  };
  CdpBrowser.prototype.disconnect = async function () {
    held.delete(this);
    await end(this);
  };
  // Chromium lives as long as the run, so that a script may launch it again.
  CdpBrowser.prototype.close = async function () {
    held.delete(this);
    if (this.connected && held.size === 0) {
      const contexts = this.browserContexts().filter(({ id }) => id !== undefined);
      await Promise.allSettled(contexts.map((context) => context.close()));
      const pages = await this.defaultBrowserContext().pages(true);
      await Promise.allSettled(pages.map((page) => page.close()));
    }
    await end(this);
  };

  const connectBy = async (
    transport: ConnectionTransport,
    { look = {}, ...options }: Honoured,
  ): Promise<Browser> => {
    timeOuts.connecting(options.protocolTimeout);
    const connected = await _connectToCdpBrowser(
      transport,
      'castellan:browser',
      {
        ...(settings.viewport === undefined ? {} : { defaultViewport: settings.viewport }),
        ...options,
        idGenerator: transports.nextId,
      },
      debug,
    );
    looks.set(connected, look);
    return connected;
  };

  /** Connects anew to what the script is shown as `browser`. */
  const connect = async (options: Honoured): Promise<Browser> => {
    if (browser?.connected === true) await end(browser);
    const connected = await connectBy(transports.open(), options);
    const [first] = await connected.pages();
    const page = first ?? (await connected.newPage());
    firstPage = page;
    browser = connected;
    host.show(connected, page);
    return connected;
  };

  /**
   * The browser that is shown serves a `launch` unless the script has it already, or wants another while
   * it has one. Whoever connects has a connection of its own, which ends alone.
   */
  const choose = async (call: Opening, options: Honoured): Promise<Browser> => {
    if (browser?.connected !== true) return connect(options);
    if (call === 'launch' && !held.has(browser)) {
      if (Object.keys(options).length === 0) return browser;
      if (held.size === 0) return connect(options);
    }
    return connectBy(await transports.openBeside(), options);
  };
  /** One at a time: each looks at what the one before has left. */
  let last: Promise<unknown> = Promise.resolve();
  const take = (call: Opening, options: Honoured): Promise<Browser> => {
    const taken = last.then(async () => {
      // Until it is connected no browser is open, and with a protocolTimeout of 0 there is no timer either.
      host.count(1);
      try {
        const chosen = await choose(call, options);
        held.add(chosen);
        return chosen;
      } finally {
        host.count(-1);
      }
    });
    last = taken.catch(() => undefined);
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
      return looks.size > 0;
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
