/** Puppeteer in the guest: bundled, and part of the snapshot of boxes that have a browser. */
import { environment } from 'puppeteer-core/internal/environment.js';
import { browsingOver } from '../../entry/browser/browsing.ts';
import { createFiles } from './files.ts';
import { prepareScope } from './scope.ts';
import type { CreateBrowsing } from './browsing-host.ts';

export const createBrowsing: CreateBrowsing = (host) => {
  prepareScope(host);
  environment.value = createFiles(host) as typeof environment.value;
  return browsingOver(host);
};
