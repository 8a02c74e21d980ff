import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { bundleLibrary, guestOptions } from '../../guest/platform/bundling.ts';
import { libraryEntries, type LibraryName } from '../../guest/platform/library-names.ts';

/** The libraries that are the browser's own: see `libraries.ts`. */
const left: ReadonlySet<string> = new Set(['url', 'bytes']);

/** The whole program of a worker, as the text of a classic script. */
export async function bundleWorker(): Promise<string> {
  const { outputFiles } = await build({
    ...guestOptions,
    entryPoints: [fileURLToPath(new URL('main.ts', import.meta.url))],
    format: 'iife',
    target: 'es2024',
    define: { 'process.argv': '[]' },
    write: false,
    plugins: [standIns()],
  });
  const names = (Object.keys(libraryEntries) as LibraryName[]).filter((name) => !left.has(name));
  const texts = await Promise.all(names.map(async (name) => bundleLibrary(name)));
  const libraries = names.map((name, at) => `${name}:${texts[at]}`).join(',\n');
  const program = outputFiles[0]?.text ?? '';
  return `(()=>{const castellanLibraries={${libraries}};\n${program}})();\n//# sourceURL=castellan:worker\n`;
}

/**
 * Replaces what needs Node: the compiler of types, and source maps that scripts carry. Neither is there
 * in a worker.
 */
function standIns(): Plugin {
  const contents: Readonly<Record<string, string>> = {
    './typescript.ts': 'export const compileTypes=()=>({message:"",line:1,column:1,offset:0})',
    './inline-map.ts': 'export const inlineMap=()=>()=>undefined',
    './programs.ts':
      'export const program=()=>{throw new Error("There are no programs in a worker")}',
    './transform/settings.ts':
      'export class BadSettings extends Error{};export const settingsFile="";export const readSettings=()=>({})',
    'node:url': 'export const pathToFileURL=(path)=>({href:"file://"+encodeURI(path)})',
  };
  return {
    name: 'worker-stand-ins',
    setup({ onLoad, onResolve }) {
      onResolve({ filter: /^\.\/|^node:/ }, ({ path, importer }) =>
        path in contents && (path.startsWith('node:') || importer.includes('/script/'))
          ? { path, namespace: 'worker' }
          : undefined,
      );
      onLoad({ filter: /^/, namespace: 'worker' }, ({ path }) => ({ contents: contents[path]! }));
    },
  };
}
