/** Puppeteer in the node engine: a bundle that boxes with a browser load before the job arrives. */
import { browsingOver } from '../../../entry/browser/browsing.ts';
import type { Browsing, BrowsingHost } from '../../../entry/browser/browsing-host.ts';
import { runToCome } from '../../../entry/browser/run-to-come.ts';
import { handOver, prepareFiles } from './files.ts';
import { preparePlaywright } from './playwright.ts';
import { countTimersBy } from './timers.ts';

/** A run's browser in Node, where another library may be loaded too. */
export interface NodeBrowsing extends Browsing {
  /** Makes Playwright, as the operator's package exports it, give the run's browser. */
  preparePlaywright(playwright: object): object;
}

export type CreateNodeBrowsing = (host: BrowsingHost) => NodeBrowsing;

const run = runToCome();
prepareFiles(run.host);
const browsing = browsingOver(run.host);

export const createBrowsing: CreateNodeBrowsing = (host) => {
  run.begin(host);
  countTimersBy((by) => host.count(by));
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
