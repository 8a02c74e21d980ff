import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { libraryEntries, type LibraryName } from './library-names.ts';

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

/** How esbuild must bundle what imports this folder. */
export const platformBuildOptions = { ...guestOptions, format: 'iife' } satisfies BuildOptions;

/** One library as the text of a function that makes its exports from the globals that it may see. */
export async function bundleLibrary(name: LibraryName): Promise<string> {
  const contents = `module.exports = require(${JSON.stringify(libraryEntries[name])});`;
  const result = await build({
    ...guestOptions,
    stdin: { contents, resolveDir: sibling('.') },
    format: 'cjs',
    write: false,
    plugins: [standIns()],
  });
  // The bundler's helper walks with `in`, and would meet what a script put on Object.prototype.
  const body = (result.outputFiles[0]?.text ?? '').replaceAll(
    /for\(var (\w+) in (\w+)\)(\w+\(\w+,\1,\{get:\2\[\1\])/g,
    'for(var $1 of Reflect.ownKeys($2))$3',
  );
  return `(globalThis, SharedArrayBuffer) => {
const module = { exports: {} };
${body}
return module.exports;
}`;
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
