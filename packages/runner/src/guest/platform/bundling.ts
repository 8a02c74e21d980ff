import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { BuildOptions, Plugin } from 'esbuild';
import { usedPrimordials } from './inspect-bundling.ts';
import { libraryEntries, type LibraryName, sharedModuleNames } from './library-names.ts';

/** Options for the prelude and its libraries, which run neither in Node nor in a browser. */
export const guestOptions = {
  bundle: true,
  platform: 'neutral',
  target: 'esnext',
  mainFields: ['module', 'main'],
  charset: 'ascii',
  minify: true,
  legalComments: 'none',
} satisfies BuildOptions;

/** Options for bundles of the platform as a whole. */
export const platformBuildOptions = { ...guestOptions, format: 'iife' } satisfies BuildOptions;

/** Bundles a library as the text of a function from a global scope to its exports. */
export async function bundleLibrary(name: LibraryName): Promise<string> {
  const entry = libraryEntries[name];
  const isOwn = entry.startsWith('./');
  const contents = `module.exports = require(${JSON.stringify(entry)});`;
  const result = await build({
    ...guestOptions,
    stdin: { contents, resolveDir: sibling('.') },
    format: 'cjs',
    write: false,
    // Not in third-party libraries: a script may have replaced what they take from the global scope.
    define: !isOwn
      ? {}
      : {
          AbortController: 'globalThis.AbortController',
          DOMException: 'globalThis.DOMException',
          URL: 'globalThis.URL',
        },
    plugins: isOwn ? [standIns(), sharing()] : [standIns(), usedPrimordials()],
  });
  // The bundler's helper iterates with `in`, which would find what a script put on Object.prototype.
  const body = (result.outputFiles[0]?.text ?? '').replaceAll(
    /for\(var ([\w$]+) in ([\w$]+)\)([\w$]+\([\w$]+,\1,\{get:\2\[\1\])/g,
    'for(var $1 of Reflect.ownKeys($2))$3',
  );
  // The parentheses tell V8 that the function is called at once, so that it reads the text once.
  return `((globalThis, SharedArrayBuffer) => {
const module = { exports: {} };
${body}
return module.exports;
})`;
}

/** Replaces modules that load large tables, or need what the guest does not have while they load. */
function standIns(): Plugin {
  const idna = sibling('idna.ts');
  const utf8 = sibling('utf8.ts');
  return {
    name: 'guest-stand-ins',
    setup({ onResolve, onLoad }) {
      onLoad({ filter: /\/whatwg-url\/lib\/URL-impl\.js$/ }, ({ path }) => ({
        contents: withCodes(readFileSync(path, 'utf8')),
      }));
      onResolve({ filter: /^tr46$/ }, ({ importer }) =>
        importer === idna ? undefined : { path: idna },
      );
      onResolve({ filter: /^\.\/encoding$/ }, ({ importer }) =>
        importer.includes('/node_modules/whatwg-url/') ? { path: utf8 } : undefined,
      );
      // What is large takes another way: see each stand-in. They import what they stand in for.
      onResolve(
        { filter: /^\.\/(?:fallback\/)?(?:utf8\.auto|latin1|base64|platform)\.js$/ },
        ({ path, importer }) =>
          importer.includes('/node_modules/@exodus/bytes/') ? { path: large(path) } : undefined,
      );
      onResolve(
        { filter: /^\.\/(?:url-state-machine|percent-encoding|urlencoded)$/ },
        ({ path, importer }) =>
          importer.includes('/node_modules/whatwg-url/') ? { path: large(path) } : undefined,
      );
      onResolve({ filter: /^(?:@exodus\/bytes\/fallback|whatwg-url\/lib)\// }, ({ path }) => ({
        path: join(packagesFolder, path),
      }));
      // The URL standard's own classes only ever speak UTF-8.
      onResolve({ filter: /^@exodus\/bytes\/encoding\.js$/ }, ({ importer }) =>
        importer.includes('/node_modules/whatwg-url/') ? { path: utf8 } : undefined,
      );
    },
  };
}

/** Gives the errors of `new URL` what Node's have: a code, and the text that is no address. */
function withCodes(text: string): string {
  const thrown = /throw new TypeError\((`Invalid (?:base )?URL: \$\{(\w+)\}`)\);/g;
  if (text.match(thrown)?.length !== 3) throw new Error('whatwg-url no longer throws as it did');
  return text.replaceAll(
    thrown,
    "{ const error = new TypeError($1); error.code = 'ERR_INVALID_URL'; error.input = $2; throw error; }",
  );
}

/** Links imports of the shared modules to the prelude's own, which the libraries' scope holds. */
function sharing(): Plugin {
  const shared = new Set<string>(sharedModuleNames.map(sibling));
  return {
    name: 'guest-shared-modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\.{1,2}\/.*\.ts$/ }, ({ path, resolveDir }) =>
        shared.has(join(resolveDir, path)) ? { path: 'shared', namespace: 'shared' } : undefined,
      );
      onLoad({ filter: /^/, namespace: 'shared' }, () => ({
        contents: 'module.exports = globalThis.shared;',
      }));
    },
  };
}

/** The folder of the stand-in's packages. */
const packagesFolder = fileURLToPath(
  new URL('../../', import.meta.resolve('@exodus/bytes/utf8.js')),
);

function large(path: string): string {
  return sibling(`large/${/([\w-]+)(?:\.auto)?(?:\.js)?$/.exec(path)?.[1]}.ts`);
}

function sibling(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
