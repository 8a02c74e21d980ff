import type { Browser } from 'puppeteer-core/internal/api/Browser.js';
import type { ConnectOptions } from 'puppeteer-core/internal/common/ConnectOptions.js';
import { assertSupportedUrlRestrictions } from 'puppeteer-core/internal/common/util.js';
import * as library from 'puppeteer-core/internal/index-browser.js';
import { type Look, readArgs } from './launch-args.ts';

/** Options that change nothing here and that every tutorial sets: not worth a warning. */
const silent = new Set(['headless', 'timeout', 'browser', 'product', 'waitForInitialPage']);
/** Options that name a browser; a run has only one. */
const endpoints = new Set(['browserWSEndpoint', 'browserURL', 'transport', 'channel']);
const honoured = [
  'defaultViewport',
  'protocolTimeout',
  'slowMo',
  'targetFilter',
  'handleDevToolsAsPage',
  'blocklist',
  'allowlist',
  'networkEnabled',
  'issuesEnabled',
  'downloadBehavior',
] as const satisfies readonly (keyof ConnectOptions)[];

/** Options of `launch` and `connect` that mean something for a browser that runs already. */
export interface Honoured extends Pick<ConnectOptions, (typeof honoured)[number]> {
  /** What `args` say of pages. */
  readonly look?: Look;
}

export type Opening = 'launch' | 'connect';

/** Calls of Puppeteer for Node that are there too. */
export const ownCalls = [
  'launch',
  'executablePath',
  'defaultArgs',
  'trimCache',
  'setFollowSymlinks',
  'configuration',
  'defaultBrowser',
  'lastLaunchedBrowser',
] as const;

function changesNothing(name: string, value: unknown): boolean {
  if (name === 'protocol') return value === 'cdp';
  if (value === 'firefox') return false;
  return endpoints.has(name) || (silent.has(name) && value !== false);
}

/** The object that scripts import: Puppeteer's names, and `launch` and `connect` to the run's browser. */
export function createPuppeteer(
  take: (call: Opening, options: Honoured, endpoint?: string) => Promise<Browser>,
  warn: (text: string) => void,
): object {
  const open = async (call: Opening, given?: ConnectOptions): Promise<Browser> => {
    const options: Record<string, unknown> = {};
    const ignored: string[] = [];
    for (const [name, value] of Object.entries(given ?? {})) {
      if (value === undefined) continue;
      if ((honoured as readonly string[]).includes(name)) options[name] = value;
      else if (name === 'args') {
        const { look, ignored: args } = readArgs(value);
        if (Object.keys(look).length > 0) options['look'] = look;
        ignored.push(...args);
      } else if (!changesNothing(name, value)) ignored.push(name);
    }
    assertSupportedUrlRestrictions(options);
    if (ignored.length > 0) {
      warn(
        `puppeteer.${call}(): the run's own browser is used as it is; ignored: ${ignored.join(', ')}`,
      );
    }
    return take(call, options, given?.browserWSEndpoint);
  };

  class RunPuppeteer extends library.Puppeteer {
    launch(options?: object): Promise<Browser> {
      return open('launch', options);
    }

    override async connect(options: object = {}): Promise<Browser> {
      const named = Object.keys(options).filter((name) => endpoints.has(name));
      if (named.length > 1) {
        throw new Error(
          'Exactly one of browserWSEndpoint, browserURL, transport or channel must be passed to puppeteer.connect',
        );
      }
      return open('connect', options);
    }

    executablePath(): string {
      return 'chromium';
    }

    defaultArgs(): string[] {
      return [];
    }

    async trimCache(): Promise<void> {}

    setFollowSymlinks(): void {}

    async configuration(): Promise<object> {
      return {};
    }

    async defaultBrowser(): Promise<string> {
      return 'chrome';
    }

    async lastLaunchedBrowser(): Promise<string> {
      return 'chrome';
    }
  }
  const puppeteer = new RunPuppeteer({ isPuppeteerCore: false });
  for (const name of ownCalls) {
    define(puppeteer, name, puppeteer[name].bind(puppeteer));
  }
  for (const [name, value] of Object.entries(library)) {
    define(puppeteer, name, value);
    // The bundler renames classes that mention themselves, and scripts show their names.
    const isClass = typeof value === 'function' && /^[A-Z]/.test(name);
    if (isClass) Object.defineProperty(value, 'name', { value: name, configurable: true });
  }
  define(puppeteer, 'connect', puppeteer.connect);
  define(puppeteer, 'default', puppeteer);
  return puppeteer;
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    configurable: true,
    enumerable: true,
  });
}
