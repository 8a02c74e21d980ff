import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { guestOptions } from '../platform/bundling.ts';

/** The text of a script that leaves `createBrowsing` where the guest's boot finds it. */
export async function bundleBrowser(): Promise<string> {
  const result = await build({
    ...guestOptions,
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    format: 'cjs',
    write: false,
    // Puppeteer shows the names of its classes, and sends the text of its functions to pages.
    minify: false,
    minifyWhitespace: true,
    define: {
      ...ownGlobal('setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Buffer'),
      process: 'undefined',
    },
    plugins: [standIns()],
  });
  return `globalThis.__castellanBrowser=((globalThis)=>{const module={exports:{}};${result.outputFiles[0]?.text ?? ''}
return module.exports.createBrowsing})(Object.create(globalThis));`;
}

/** The names that a module can import from Puppeteer, as `createPuppeteer` defines them. */
export async function puppeteerExports(): Promise<string[]> {
  const library = await import('puppeteer-core/internal/index-browser.js');
  const own = ['connect', 'defaultArgs', 'executablePath', 'launch', 'trimCache'];
  return [...new Set([...Object.keys(library), ...own])];
}

function ownGlobal(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `globalThis.${name}`]));
}

/** What of Puppeteer is never used here, or comes with the guest's platform. */
const replaced: readonly (readonly [path: RegExp, contents: string])[] = [
  [/\/bidi\/BrowserConnector\.js$/, 'export const _connectToBiDiBrowser = undefined;'],
  [/\/node\/|^@puppeteer\/browsers$|^node:/, 'export {};'],
  [
    /\/ScreenRecording\.js$/,
    `export class ScreenRecording {}
export class CdpScreenRecording {
  constructor() { throw new Error('page.record() is not available'); }
}`,
  ],
  [
    /urlpattern-polyfill/,
    `export const URLPattern = class { constructor(...values) { return new globalThis.URLPattern(...values); } };`,
  ],
];

function standIns(): Plugin {
  const encoding = fileURLToPath(new URL('encoding.ts', import.meta.url));
  return {
    name: 'puppeteer-stand-ins',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\/encoding\.js$/ }, () => ({ path: encoding }));
      for (const [index, [filter]] of replaced.entries()) {
        onResolve({ filter }, () => ({ path: String(index), namespace: 'stand-in' }));
      }
      onLoad({ filter: /^/, namespace: 'stand-in' }, ({ path }) => ({
        contents: replaced[Number(path)]?.[1] ?? '',
      }));
    },
  };
}
