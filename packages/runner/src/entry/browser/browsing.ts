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

/** The word that stands for the run's browser where there is no socket. */
const firstEndpoint = 'castellan:browser';

/** A connection of the script's: connections of one endpoint are one browser to it, which any of them closes. */
interface Connected {
  readonly endpoint: string;
  readonly look: Look;
  /** Pages that were opened by it. */
  readonly pages: Set<Page>;
}

/** Puppeteer for one run in either engine. Its environment must have been prepared before. */
export function browsingOver(host: BrowsingHost): Browsing {
  const transports = createTransports((text) => host.send(text));
  let settings: BrowserSettings = {};
  let browser: Browser | undefined;
  let firstPage: Page | undefined;
  /** What `launch` and `connect` have given to the script and it has not let go of. */
  const held = new Set<Browser>();
  const live = new Map<Browser, Connected>();
  /** How many browsers `launch` has given beside the first. */
  let beside = 0;
  /** Connections of other libraries. */
  const others = new Set<object>();

  const timeOuts = boundTimeOuts(() => host.leftMs());
  refuseUnavailable();
  watchCalls(host);
  prepareEachPage((page) =>
    applySettings(page, { ...settings, ...live.get(page.browser())?.look }),
  );

  /* oxlint-disable no-underscore-dangle -- Puppeteer has no other place for it */
  const { disconnect, userAgent, _createPageInContext: createPage } = CdpBrowser.prototype;
  CdpBrowser.prototype._createPageInContext = async function (...args) {
    const page = await createPage.apply(this, args);
    const pages = live.get(this)?.pages;
    for (const each of pages ?? []) if (each.isClosed()) pages?.delete(each);
    pages?.add(page);
    return page;
  };
  /* oxlint-enable no-underscore-dangle */
  const end = async (ending: Browser): Promise<void> => {
    held.delete(ending);
    live.delete(ending);
    await disconnect.call(ending as CdpBrowser);
  };
  CdpBrowser.prototype.userAgent = async function () {
    return live.get(this)?.look.userAgent ?? settings.userAgent ?? (await userAgent.call(this));
  };
  CdpBrowser.prototype.disconnect = async function () {
    await end(this);
  };
  // Chromium lives as long as the run, so that a script may launch it again.
  CdpBrowser.prototype.close = async function () {
    const endpoint = live.get(this)?.endpoint;
    const same = [...live.keys()].filter((each) => live.get(each)?.endpoint === endpoint);
    if (endpoint !== undefined && same.length === live.size) {
      const contexts = this.browserContexts().filter(({ id }) => id !== undefined);
      await Promise.allSettled(contexts.map((context) => context.close()));
      await closeAll(await this.defaultBrowserContext().pages(true));
    } else {
      await closeAll(same.flatMap((each) => [...(live.get(each)?.pages ?? [])]));
    }
    for (const each of new Set([this, ...same])) await end(each);
  };

  const connectBy = async (
    transport: ConnectionTransport,
    endpoint: string,
    { look = {}, ...options }: Honoured,
  ): Promise<Browser> => {
    timeOuts.connecting(options.protocolTimeout);
    const connected = await _connectToCdpBrowser(
      transport,
      endpoint,
      {
        ...(settings.viewport === undefined ? {} : { defaultViewport: settings.viewport }),
        ...options,
        idGenerator: transports.nextId,
      },
      debug,
    );
    live.set(connected, { endpoint, look, pages: new Set() });
    return connected;
  };

  /** Connects anew to what the script is shown as `browser`. */
  const connect = async (options: Honoured): Promise<Browser> => {
    if (browser?.connected === true) await end(browser);
    const connected = await connectBy(transports.open(), firstEndpoint, options);
    const [first] = await connected.pages();
    // A script that filters pages out would wait for its new page for ever.
    const page = first ?? (options.targetFilter ? undefined : await connected.newPage());
    firstPage = page;
    browser = connected;
    host.show(connected, page);
    return connected;
  };

  /**
   * The browser that is shown serves a `launch` unless the script has it already, or wants another while
   * it has one. Whoever connects has a connection of its own, which ends alone.
   */
  const choose = async (call: Opening, options: Honoured, asked: string): Promise<Browser> => {
    if (browser?.connected !== true) return connect(options);
    if (call === 'launch' && !held.has(browser)) {
      if (Object.keys(options).length === 0) return browser;
      if (held.size === 0) return connect(options);
    }
    const isKnown = live.values().some(({ endpoint }) => endpoint === asked);
    const endpoint = call === 'launch' ? `${firstEndpoint}/${++beside}` : firstEndpoint;
    return connectBy(await transports.openBeside(), isKnown ? asked : endpoint, options);
  };
  /** One at a time: each looks at what the one before has left. */
  let last: Promise<unknown> = Promise.resolve();
  const take = (call: Opening, options: Honoured, asked = ''): Promise<Browser> => {
    const taken = last.then(async () => {
      // Until it is connected no browser is open, and with a protocolTimeout of 0 there is no timer either.
      host.count(1);
      try {
        const chosen = await choose(call, options, asked);
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
    async connectOther() {
      const transport = await transports.openBeside();
      others.add(transport);
      return {
        nextId: transports.nextId,
        send: (text) => transport.send(text),
        onMessage: (listener) => void Object.assign(transport, { onmessage: listener }),
        close() {
          others.delete(transport);
          transport.close();
        },
      };
    },
    settings: () => settings,
    onMessage: (text) => transports.onMessage(text),
    get isOpen() {
      return live.size + others.size > 0;
    },
  };
}

async function closeAll(pages: readonly Page[]): Promise<void> {
  await Promise.allSettled(pages.filter((page) => !page.isClosed()).map((page) => page.close()));
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
