import type { BrowserSettings } from '@castellan/protocol';
import type { OtherConnection } from '../../../entry/browser/browsing-host.ts';

type Options = Readonly<Record<string, unknown>>;
type Call = (...values: unknown[]) => unknown;

/** What is used of Playwright's own API: it is the operator's package, of whatever version. */
interface BrowserType {
  connectOverCDP(transport: object, options?: object): Promise<PlaywrightBrowser>;
}
interface PlaywrightBrowser {
  newContext: Call;
  newPage: Call;
}

/** What Playwright is given of the run. */
export interface PlaywrightHost {
  connect(): Promise<OtherConnection>;
  settings(): BrowserSettings;
  /** Writes a line to the run's log. */
  warn(text: string): void;
  /** Keeps a file as an artifact, for the browser to upload. Resolves with its name. */
  handOver(path: string): Promise<string>;
}

/** What of `launch` and the like changes nothing here and stands in every tutorial. */
const silent = new Set(['headless', 'timeout', 'channel', 'endpointURL', 'wsEndpoint']);
const honoured = new Set(['slowMo']);
const others = ['firefox', 'webkit'] as const;

/**
 * Makes Playwright's `chromium` give the run's browser: `launch`, `connect`, `connectOverCDP` and
 * `launchPersistentContext`, over a connection beside Puppeteer's. Returns the module.
 */
export function preparePlaywright<Module extends object>(
  playwright: Module,
  { connect, settings, warn, handOver }: PlaywrightHost,
): Module {
  const types = playwright as Readonly<Record<string, BrowserType & Record<string, unknown>>>;
  const chromium = types['chromium'];
  if (chromium === undefined) return playwright;
  const connectOverCDP = chromium.connectOverCDP.bind(chromium);

  const open = async (call: string, given: Options = {}): Promise<PlaywrightBrowser> => {
    const ignored = Object.keys(given).filter(
      (name) => given[name] !== undefined && !silent.has(name) && !honoured.has(name),
    );
    if (ignored.length > 0) {
      warn(`${call}: the run's own browser is used as it is; ignored: ${ignored.join(', ')}`);
    }
    const transport = transportOver(await connect(), handOver);
    const browser = await connectOverCDP(transport, { slowMo: given['slowMo'] });
    withDefaults(browser, contextOptions(settings()), warn);
    return browser;
  };
  const own: Readonly<Record<string, Call>> = {
    launch: (options) => open('chromium.launch()', options as Options),
    connect: (...values) => open('chromium.connect()', optionsOf(values)),
    connectOverCDP: (...values) => open('chromium.connectOverCDP()', optionsOf(values)),
    launchPersistentContext: async (_folder, options) =>
      (await open('chromium.launchPersistentContext()')).newContext(options),
    executablePath: () => 'chromium',
  };
  for (const [name, value] of Object.entries(own)) define(chromium, name, value);
  for (const name of others) {
    const type = types[name];
    if (type === undefined) continue;
    const refuse = async (): Promise<never> => {
      throw new Error(`${name} is not available: a run has a Chromium. Use chromium.launch()`);
    };
    for (const call of ['launch', 'connect', 'launchPersistentContext']) define(type, call, refuse);
  }
  return playwright;
}

/** An endpoint may come first, or be one of the options. */
function optionsOf(values: readonly unknown[]): Options {
  const last = values.findLast((value) => typeof value === 'object' && value !== null);
  return (last ?? {}) as Options;
}

/** Playwright's transport: messages are objects, and numbered by each of its connections from 1. */
function transportOver(connection: OtherConnection, handOver: PlaywrightHost['handOver']): object {
  const numbers = new Map<number, unknown>();
  const transport = {
    onmessage: undefined as ((message: object) => void) | undefined,
    onclose: undefined as (() => void) | undefined,
    async send({ id, method, params, sessionId }: Options): Promise<void> {
      // As Puppeteer does it: Chromium takes seconds for a picture of a page behind another.
      if (method === 'Page.captureScreenshot') {
        const own = connection.nextId();
        numbers.set(own, null);
        connection.send(
          JSON.stringify({ method: 'Page.bringToFront', params: {}, id: own, sessionId }),
        );
      }
      const number = connection.nextId();
      numbers.set(number, id);
      const given =
        method === 'DOM.setFileInputFiles' ? await withNames(params as Options, handOver) : params;
      // In the order in which Puppeteer writes it, so that long ones are read by their ends.
      connection.send(JSON.stringify({ method, params: given, id: number, sessionId }));
    },
    close(): void {
      connection.close();
      transport.onclose?.();
    },
  };
  connection.onMessage((text) => {
    const message = JSON.parse(text) as { id?: unknown };
    if (typeof message.id === 'number') {
      const number = message.id;
      const id = numbers.get(number);
      numbers.delete(number);
      // Nobody waits for what was sent here.
      if (id === null) return;
      message.id = id;
    }
    transport.onmessage?.(message);
  });
  return transport;
}

/** The browser is in another box: it gets the files from the launcher, by their names as artifacts. */
async function withNames(params: Options, handOver: PlaywrightHost['handOver']): Promise<Options> {
  const files: string[] = [];
  for (const path of params['files'] as readonly string[]) files.push(await handOver(path));
  return { ...params, files };
}

/** The settings of the run as options of a context. */
function contextOptions({ viewport, timezone, ...settings }: BrowserSettings): object {
  const { width, height, isLandscape: _, ...device } = viewport ?? {};
  return {
    ...(viewport === undefined ? {} : { viewport: { width, height }, ...device }),
    ...(timezone === undefined ? {} : { timezoneId: timezone }),
    ...settings,
  };
}

/** What contexts cannot have here. */
const dropped: Readonly<Record<string, string>> = {
  ignoreHTTPSErrors: 'certificates are checked',
  proxy: 'the way out is the run’s',
  recordVideo: 'record: { video: true } of the run makes a film',
};

function withDefaults(
  browser: PlaywrightBrowser,
  defaults: object,
  warn: PlaywrightHost['warn'],
): void {
  for (const name of ['newContext', 'newPage'] as const) {
    const method = browser[name].bind(browser);
    define(browser, name, (given: Options = {}) => {
      const options: Record<string, unknown> = { ...defaults, ...given };
      for (const [option, why] of Object.entries(dropped)) {
        if (!Object.hasOwn(options, option)) continue;
        if (options[option] !== undefined && options[option] !== false)
          warn(`browser.${name}(): ${option} is left out: ${why}`);
        delete options[option];
      }
      return method(options);
    });
  }
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, writable: true, configurable: true });
}
