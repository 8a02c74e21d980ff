/**
 * Builds the libraries of the web platform, with compiled code of the functions that are usually
 * called.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  compilerFor,
  type Draft,
  type IsolatedVm,
  press,
  type Trial,
  trialOf,
} from '@castellan/press';
import { builtinsName, indexFile, indexText, shelfFile } from '@castellan/protocol/runtimes';
import { packShelf } from '@castellan/protocol/shelf';
import ivm from 'isolated-vm';
import { bundleLibrary } from '../src/guest/platform/bundling.ts';
import {
  lazyGlobals,
  libraryEntries,
  type LibraryName,
} from '../src/guest/platform/library-names.ts';
import { runPlainly } from './run.ts';

/** Typical use of the libraries; the functions that this calls are compiled in advance. */
const usualUse = `(async () => {
  const url = new URL('https://user@example.com:8080/a/../b?c=d#e');
  url.searchParams.append('f', 'g h');
  String(url) + new URLSearchParams({ a: '1' });
  new TextDecoder().decode(new TextEncoder().encode('\u00fc')) + atob(btoa('a'));
  console.log({ a: [1, 'b', null], c: new Map([[1, new Set([2])]]) }, new Error('e'));
  await new Response('{"a":1}', { headers: { a: 'b' } }).json();
})()`;

/**
 * Its params contain the text above: libraries that a script mentions are loaded before functions
 * are counted.
 */
const trial = `
globalThis.castellanRan = {};
for (const name of params.globals) void globalThis[name];
await (0, eval)(params.use);
return { names: {}, failed: {}, ran: Object.keys(globalThis.castellanRan) };
`;

/** Writes `manifest.json` and the libraries to `BOX/libraries`. The runner must exist. */
export async function buildLibraries(box: string, snapshot: string): Promise<void> {
  const names = Object.keys(libraryEntries) as LibraryName[];
  const bundles = new Map<string, string>();
  for (const name of names) bundles.set(`${name}.js`, await bundleLibrary(name));
  const draft: Draft = {
    name: 'libraries',
    packages: {},
    bundles,
    members: [],
    specifiers: {},
    types: new Map(),
    notices: '',
  };
  const folder = join(box, 'libraries');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The runner reads the list of built-ins, which are built after this.
  mkdirSync(join(box, builtinsName), { recursive: true });
  const none = new Map([[indexFile(builtinsName), Buffer.from(indexText([]))]]);
  writeFileSync(join(box, builtinsName, shelfFile), packShelf(none));
  const params = { globals: Object.values(lazyGlobals).flat(), use: usualUse };
  const tryOut = async (): Promise<Trial> =>
    trialOf(await runPlainly(box, snapshot, trial, params, []), []);
  await press(
    draft,
    folder,
    tryOut,
    compilerFor(ivm as unknown as IsolatedVm, readFileSync(snapshot)),
  );
}
