import { readFileSync } from 'node:fs';
import type { LoadFnOutput } from 'node:module';
import { fileURLToPath } from 'node:url';
import { bridge, bridgeTo, hookSource } from './bridges.ts';

/** What the run gives libraries that drive a browser; undefined in a run without one. */
export interface BrowserLibraries {
  /** What Puppeteer's names resolve to, for packages too. */
  readonly puppeteer: object | undefined;
  /** Prepares Playwright, where the operator's packages have it. */
  readonly preparePlaywright: ((playwright: object) => object) | undefined;
}

export const puppeteerUrl = 'castellan:puppeteer';
const playwrightUrl = 'castellan:playwright';

/** What a body with a module around it imports: see `moduleScope`. */
export const hookUrl = 'castellan:hook';

/** The file that each import and each `require()` of Playwright loads, that of `playwright` too. */
const playwrightFile = /\/node_modules\/playwright-core\/index\.js$/;

/** What the bridge gives for a name that is no file's. */
export function bridged(name: string, libraries: BrowserLibraries): unknown {
  if (name === puppeteerUrl) return libraries.puppeteer;
  return name === playwrightUrl ? libraries.preparePlaywright : undefined;
}

/** What Node loads for a URL of ours, or for a file that gets a line of ours. */
export function loadLibrary(url: string, libraries: BrowserLibraries): LoadFnOutput | undefined {
  if (url === puppeteerUrl) {
    const source = bridgeTo(url, false, Object.keys(libraries.puppeteer ?? {}));
    return { format: 'module', source, shortCircuit: true };
  }
  if (url === hookUrl) return { format: 'module', source: hookSource, shortCircuit: true };
  if (libraries.preparePlaywright === undefined || !playwrightFile.test(url)) return undefined;
  const prepare = `globalThis[Symbol.for('${bridge}')]('${playwrightUrl}')`;
  const source = `${readFileSync(fileURLToPath(url), 'utf8')}\n;${prepare}(module.exports);\n`;
  return { format: 'commonjs', source, shortCircuit: true };
}
