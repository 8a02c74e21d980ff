/** Puppeteer in the node engine: a bundle that boxes with a browser load before the job arrives. */
import { browsingOver } from '../../../entry/browser/browsing.ts';
import type { Browsing, BrowsingHost } from '../../../entry/browser/browsing-host.ts';
import { handOver, prepareFiles } from './files.ts';
import { preparePlaywright } from './playwright.ts';
import { countTimersBy } from './timers.ts';

/** A run's browser in Node, where another library may be loaded too. */
export interface NodeBrowsing extends Browsing {
  /** Makes Playwright, as the operator's package exports it, give the run's browser. */
  preparePlaywright(playwright: object): object;
}

export type CreateNodeBrowsing = (host: BrowsingHost) => NodeBrowsing;

export const createBrowsing: CreateNodeBrowsing = (host) => {
  countTimersBy((by) => host.count(by));
  prepareFiles(host);
  const browsing = browsingOver(host);
  const { connectOther, settings } = browsing;
  const given = {
    connect: connectOther,
    settings,
    warn: (text: string) => host.warn(text),
    handOver: (path: string) => handOver(path, host),
  };
  return Object.assign(browsing, {
    preparePlaywright: (playwright: object) => preparePlaywright(playwright, given),
  });
};
