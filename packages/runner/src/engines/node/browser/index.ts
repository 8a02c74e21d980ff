/** Puppeteer in the node engine: bundled, and loaded before the job comes in boxes that have a browser. */
import { browsingOver } from '../../../entry/browser/browsing.ts';
import type { Browsing, BrowserWires } from '../../../entry/browser/wires.ts';
import { prepareFiles } from './files.ts';

export type CreateNodeBrowsing = (wires: BrowserWires) => Browsing;

export const createBrowsing: CreateNodeBrowsing = (wires) => {
  prepareFiles(wires);
  return browsingOver(wires);
};
