import { type BrowserOptions, CastellanError } from '@castellan/protocol';
import { bubblewrap } from '../drivers/bubblewrap/bubblewrap.ts';
import type { Driver } from '../drivers/driver.ts';
import type { Cgroups } from '../walls/cgroup/cgroups.ts';
import { findMaterials } from '../boxes/browser/materials.ts';
import { startChromium } from '../boxes/browser/start.ts';
import { WarmPool } from '../pool/warm.ts';
import type { BrowserHooks, BrowserJob, BrowserPool, RunBrowser } from './browser.ts';
import { findChromium } from '../boxes/browser/find.ts';
import { openBrowser, type WarmBrowser } from './open.ts';

/**
 * Locates Chromium and makes a pool of browsers, each for one run and in a box of its own: of bubblewrap
 * where there is no driver, since Chromium stands in none without. `ca` are certificates in PEM that
 * they trust besides Chromium's own. Throws
 * `browser_unavailable` with the fix when there is no Chromium, `isolation_unavailable` when there
 * is no box for it.
 */
export async function openBrowsers(
  options: BrowserOptions,
  driver: Driver | null,
  {
    cgroups,
    cpus,
    ca = null,
    startMs,
  }: {
    readonly cgroups?: Cgroups | undefined;
    readonly cpus?: number | undefined;
    readonly ca?: string | null;
    readonly startMs?: number | undefined;
  } = {},
): Promise<BrowserPool> {
  const chromium = await findChromium(options.executablePath);
  if ('detail' in chromium) {
    const { detail, fix } = chromium;
    throw new CastellanError('browser_unavailable', detail, { fix, option: 'browser' });
  }
  const materials = await findMaterials(chromium, driver ?? bubblewrap(), ca);
  return browserPool(options.warm ?? 1, async () =>
    openBrowser(await startChromium(materials, cgroups, { cpus, startMs })),
  );
}

/**
 * Starting a browser takes half a second of processor time, which the run that has just started
 * needs itself.
 */
const refillMs = 500;

/** Keeps `warm` browsers ready and hands each out once. */
function browserPool(warm: number, start: () => Promise<WarmBrowser>): BrowserPool {
  const browsers = new WarmPool(warm, async () => {
    const browser = await start();
    browsers.own(browser);
    return browser;
  });
  let later: NodeJS.Timeout | undefined;

  async function choose(): Promise<WarmBrowser> {
    for (let next = browsers.next(); next !== undefined; next = browsers.next()) {
      // A browser that could not be started in advance is started now.
      const browser = await next.catch(() => undefined);
      if (browser === undefined) continue;
      if (!browser.isGone) return browser;
      void browsers.track(browsers.release(browser));
    }
    return browsers.start();
  }

  /** Disposes of a browser whose limits cannot be set. */
  function assign(browser: WarmBrowser, job: BrowserJob, hooks: BrowserHooks): RunBrowser {
    let disposing: Promise<void> | undefined;
    const release = (): Promise<void> =>
      (disposing ??= browsers.track(browsers.release(browser)).finally(() => browsers.refill()));
    try {
      return browser.assign(job, hooks, release);
    } catch (cause) {
      void browsers.track(browsers.release(browser));
      const message = 'The limits of a browser could not be set.';
      throw new CastellanError('box_failed', message, { cause });
    }
  }

  return {
    warmUp: () => browsers.fill(),
    async take(job, hooks) {
      const browser = await choose();
      browsers.refuseWhenClosed();
      const assigned = assign(browser, job, hooks);
      later ??= setTimeout(() => {
        later = undefined;
        browsers.refill();
      }, refillMs);
      return assigned;
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(later);
      await browsers[Symbol.asyncDispose]();
    },
  };
}
