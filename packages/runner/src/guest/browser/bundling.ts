import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ownCalls } from '../../entry/browser/puppeteer.ts';
import { guestOptions } from '../platform/bundling.ts';

/** The text of a script that leaves `createBrowsing` on the global scope for the guest's boot. */
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
    plugins: guestStandIns(),
  });
  return `globalThis.__castellanBrowser=((globalThis)=>{const module={exports:{}};${result.outputFiles[0]?.text ?? ''}
return module.exports.createBrowsing})(Object.create(globalThis));`;
}

/** The names that a module can import from Puppeteer, as `createPuppeteer` defines them. */
export async function puppeteerExports(): Promise<string[]> {
  const library = await import('puppeteer-core/internal/index-browser.js');
  return [...new Set([...Object.keys(library), 'connect', ...ownCalls])];
}

function ownGlobal(...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `globalThis.${name}`]));
}

/** Parts of Puppeteer that a box never uses, or that every engine's platform has already. */
const replaced: readonly (readonly [path: RegExp, contents: string])[] = [
  [/\/bidi\/BrowserConnector\.js$/, 'export const _connectToBiDiBrowser = undefined;'],
  [/^\.{1,2}\/(?:.*\/)?node\/|^@puppeteer\/browsers$/, 'export {};'],
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

/** Replaces these modules, and those of `more`, by the form of their imports. */
export function standIns(
  more: readonly (readonly [path: RegExp, contents: string])[] = [],
): Plugin {
  return {
    name: 'puppeteer-stand-ins',
    setup({ onResolve, onLoad }) {
      const all = [...replaced, ...more];
      for (const [index, [filter]] of all.entries()) {
        onResolve({ filter }, () => ({ path: String(index), namespace: 'stand-in' }));
      }
      onLoad({ filter: /^/, namespace: 'stand-in' }, ({ path }) => ({
        contents: all[Number(path)]?.[1] ?? '',
      }));
      onLoad({ filter: /\/puppeteer-core\/.*\/common\/util\.js$/ }, ({ path }) => ({
        contents: withCaller(readFileSync(path, 'utf8')),
      }));
    },
  };
}

/**
 * Puppeteer names the functions that it sends to pages after the third frame of its stack, its
 * caller's. Its own frames are left out of stacks here, and the caller's may be gone.
 */
function withCaller(code: string): string {
  const frame = 'return stack[2];';
  if (!code.includes(frame)) throw new Error('Puppeteer finds its caller in another way');
  return code.replace(frame, "return stack[0] ?? '<anonymous>';");
}

/** Replaces Puppeteer's base64, which is slow without Node, and imports of Node itself. */
function guestStandIns(): Plugin[] {
  const encoding = fileURLToPath(new URL('encoding.ts', import.meta.url));
  return [
    {
      name: 'guest-encoding',
      setup({ onResolve }) {
        onResolve({ filter: /\/encoding\.js$/ }, () => ({ path: encoding }));
      },
    },
    standIns([[/^node:/, 'export {};']]),
  ];
}
