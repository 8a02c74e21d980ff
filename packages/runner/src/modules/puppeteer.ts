import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a script may call Puppeteer when its run has a browser. */
export const puppeteerNames: readonly string[] = ['puppeteer', 'puppeteer-core'];

/** The file that both names lead to; the guest has it already. */
export { puppeteerFile } from '../guest/modules.ts';

/** What Puppeteer exports, for modules that import it; read when one does. */
export function puppeteerExports(): string[] {
  const file = join(dirname(process.argv[1] ?? ''), 'puppeteer-exports.json');
  return JSON.parse(readFileSync(file, 'utf8')) as string[];
}
