import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/**
 * How esbuild must bundle what imports this folder. The guest is neither Node nor a browser, so no
 * conditions apply; nothing sees a SharedArrayBuffer; and two modules of libraries are replaced,
 * because they would make large tables, or use globals that the guest does not have yet, while
 * the prelude loads.
 */
export const platformBuildOptions = {
  bundle: true,
  format: 'iife',
  platform: 'neutral',
  target: 'esnext',
  mainFields: ['module', 'main'],
  charset: 'ascii',
  inject: [sibling('shared-memory.ts')],
  plugins: [standIns()],
} satisfies BuildOptions;

function standIns(): Plugin {
  const idna = sibling('idna.ts');
  const utf8 = sibling('utf8.ts');
  return {
    name: 'guest-stand-ins',
    setup(build) {
      build.onResolve({ filter: /^tr46$/ }, ({ importer }) =>
        importer === idna ? undefined : { path: idna },
      );
      build.onResolve({ filter: /^\.\/encoding$/ }, ({ importer }) =>
        importer.includes('/node_modules/whatwg-url/') ? { path: utf8 } : undefined,
      );
    },
  };
}

function sibling(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
