/** Puppeteer in the guest: bundled, and part of the snapshot of boxes that have a browser. */
import { environment } from 'puppeteer-core/internal/environment.js';
import { browsingOver } from '../../entry/browser/browsing.ts';
import { createFiles } from './files.ts';
import { prepareScope } from './scope.ts';
import type { CreateBrowsing } from '../../entry/browser/wires.ts';

export const createBrowsing: CreateBrowsing = (wires) => {
  prepareScope(wires);
  environment.value = createFiles(wires) as typeof environment.value;
  return browsingOver(wires);
};
