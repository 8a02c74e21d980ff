import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';

/** What the prelude and the libraries inside it have in common: neither Node nor a browser. */
const guestOptions = {
  bundle: true,
  platform: 'neutral',
  target: 'esnext',
  mainFields: ['module', 'main'],
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
} satisfies BuildOptions;

/**
 * How esbuild must bundle what imports this folder. Each `library:NAME` becomes one function that
 * holds a whole bundled library, so that none of its objects exist before it is first called.
 */
export const platformBuildOptions = {
  ...guestOptions,
  format: 'iife',
  plugins: [libraries()],
} satisfies BuildOptions;

/**
 * A script that uses each library once, for the second argument of `createSnapshot`: the snapshot
 * then keeps the compiled code of what it ran. First uses take a fifth of the time.
 */
export const platformWarmup = `
  console.log('%s %o', 'a', { list: [1, 'b', new Map([[{}, new Set([1])]]), new Date(0)] });
  console.error(new Error('warm', { cause: new TypeError('up') }));
  console.table([{ a: 1 }]);
  const url = new URL('../c?d=e#f', 'https://user@example.org:8080/a/b');
  url.searchParams.append('g', url.href);
  new TextDecoder().decode(new TextEncoder().encode('h\u00e9'));
  atob(btoa('i'));
  structuredClone({ a: [new Map(), new Uint8Array(1), new Error('j')] });
  const controller = new AbortController();
  AbortSignal.any([controller.signal]).addEventListener('abort', () => {});
  controller.abort();
  clearTimeout(setTimeout(() => {}, 1));
  queueMicrotask(() => {});
`;

function libraries(): Plugin {
  return {
    name: 'guest-libraries',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^library:/ }, ({ path, resolveDir }) => ({
        path: path.slice('library:'.length),
        namespace: 'library',
        pluginData: resolveDir,
      }));
      onLoad({ filter: /.*/, namespace: 'library' }, async ({ path, pluginData }) => ({
        contents: await bundleLibrary(path, pluginData as string),
        loader: 'js',
      }));
    },
  };
}

/** One library as the text of a function that makes its exports from the globals that it may see. */
async function bundleLibrary(name: string, resolveDir: string): Promise<string> {
  const result = await build({
    ...guestOptions,
    stdin: { contents: `module.exports = require(${JSON.stringify(name)});`, resolveDir },
    format: 'cjs',
    write: false,
    plugins: [standIns()],
  });
  const body = result.outputFiles[0]!.text;
  return `module.exports = (globalThis, SharedArrayBuffer) => {
    const module = { exports: {} };
    ${body}
    return module.exports;
  };`;
}

/** Replaces modules that need, while they load, what the guest has not, or that load large tables. */
function standIns(): Plugin {
  const idna = sibling('idna.ts');
  const utf8 = sibling('utf8.ts');
  return {
    name: 'guest-stand-ins',
    setup({ onResolve }) {
      onResolve({ filter: /^tr46$/ }, ({ importer }) =>
        importer === idna ? undefined : { path: idna },
      );
      onResolve({ filter: /^\.\/encoding$/ }, ({ importer }) =>
        importer.includes('/node_modules/whatwg-url/') ? { path: utf8 } : undefined,
      );
      // The URL standard's own classes only ever speak UTF-8.
      onResolve({ filter: /^@exodus\/bytes\/encoding\.js$/ }, ({ importer }) =>
        importer.includes('/node_modules/whatwg-url/') ? { path: utf8 } : undefined,
      );
    },
  };
}

function sibling(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
