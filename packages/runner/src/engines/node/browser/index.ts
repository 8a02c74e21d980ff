/** Puppeteer in the node engine: a bundle that boxes with a browser load before the job arrives. */
import { browsingOver } from '../../../entry/browser/browsing.ts';
import type { Browsing, BrowsingHost } from '../../../entry/browser/browsing-host.ts';
import { prepareFiles } from './files.ts';
import { countTimersBy } from './timers.ts';

export type CreateNodeBrowsing = (host: BrowsingHost) => Browsing;

export const createBrowsing: CreateNodeBrowsing = (host) => {
  countTimersBy((by) => host.count(by));
  prepareFiles(host);
  return browsingOver(host);
};
