import { CastellanError } from '@castellan/protocol';
import type { Cgroups } from '../drivers/cgroup/cgroups.ts';
import { findMaterials } from './box/parts.ts';
import { startChromium } from './box/start.ts';
import type { BrowserHooks, BrowserJob, BrowserPool, RunBrowser } from './browser.ts';
import { findChromium } from './find.ts';
import { openBrowser, type WarmBrowser } from './open.ts';
import type { BrowserOptions } from './options.ts';

/**
 * Finds Chromium and makes a pool of browsers, each for one run and in a box of its own. Throws
 * `isolation_unavailable` with what mends it when there is no Chromium, or no box for it.
 */
export async function openBrowsers(
  options: BrowserOptions = {},
  cgroups?: Cgroups,
): Promise<BrowserPool> {
  const chromium = await findChromium(options.executablePath);
  if ('detail' in chromium) {
    throw new CastellanError('isolation_unavailable', chromium.detail, { fix: chromium.fix });
  }
  const materials = await findMaterials(chromium);
  return browserPool(options.warm ?? 1, async () =>
    openBrowser(await startChromium(materials, cgroups)),
  );
}

/** Starting a browser takes half a second of a processor, which a run that has just begun needs itself. */
const refillMs = 500;

/** Keeps `warm` browsers ready and hands each out once. */
function browserPool(warm: number, start: () => Promise<WarmBrowser>): BrowserPool {
  const idle: Promise<WarmBrowser>[] = [];
  const living = new Set<AsyncDisposable>();
  const pending = new Set<Promise<unknown>>();
  let isClosed = false;
  let later: NodeJS.Timeout | undefined;

  function track<T>(work: Promise<T>): Promise<T> {
    pending.add(work);
    const done = (): void => void pending.delete(work);
    work.then(done, done);
    return work;
  }

  async function open(): Promise<WarmBrowser> {
    if (isClosed) throw new CastellanError('sandbox_closed', 'The sandbox is closed.');
    const browser = await start();
    living.add(browser);
    return browser;
  }

  function refill(): void {
    if (isClosed) return;
    while (idle.length < warm) {
      const starting = track(open());
      starting.catch(() => {
        const at = idle.indexOf(starting);
        if (at !== -1) void idle.splice(at, 1);
      });
      idle.push(starting);
    }
  }

  async function release(browser: AsyncDisposable): Promise<void> {
    await browser[Symbol.asyncDispose]();
    living.delete(browser);
  }

  async function choose(): Promise<WarmBrowser> {
    for (let next = idle.shift(); next !== undefined; next = idle.shift()) {
      // What could not be started while nobody needed it is tried again.
      const browser = await next.catch(() => undefined);
      if (browser === undefined) continue;
      if (!browser.isGone) return browser;
      void track(release(browser));
    }
    return track(open());
  }

  /** A browser whose limits the kernel does not take is given to nobody. */
  function assigned(browser: WarmBrowser, job: BrowserJob, hooks: BrowserHooks): RunBrowser {
    try {
      return browser.assign(job, hooks);
    } catch (cause) {
      void track(release(browser));
      const message = 'The limits of a browser could not be set.';
      throw new CastellanError('box_failed', message, { cause });
    }
  }

  return {
    async warmUp() {
      refill();
      await Promise.all(idle);
    },
    async take(job, hooks) {
      const browser = await choose();
      if (isClosed) throw new CastellanError('sandbox_closed', 'The sandbox is closed.');
      const given = assigned(browser, job, hooks);
      later ??= setTimeout(() => {
        later = undefined;
        refill();
      }, refillMs);
      let disposing: Promise<void> | undefined;
      return {
        send: (text) => given.send(text),
        get unsent() {
          return given.unsent;
        },
        hold: (isHeld) => given.hold(isHeld),
        closed: given.closed,
        screenshot: () => given.screenshot(),
        memory: () => given.memory(),
        [Symbol.asyncDispose]: () => {
          disposing ??= track(release(browser)).finally(refill);
          return disposing;
        },
      };
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
      clearTimeout(later);
      while (pending.size > 0 || living.size > 0) {
        for (const browser of living) void track(release(browser));
        await Promise.allSettled(pending);
      }
    },
  };
}
