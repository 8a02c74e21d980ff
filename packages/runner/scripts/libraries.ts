/** Builds the libraries of the web platform, compiled as far as their usual use goes. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ivm from 'isolated-vm';
import { compilerFor } from '../../sandbox/src/runtimes/compile.ts';
import { type Draft, press, type Trial } from '../../sandbox/src/runtimes/press.ts';
import { bundleLibrary } from '../src/guest/platform/bundling.ts';
import { lazyGlobals, libraryEntries, type LibraryName } from '../src/guest/platform/library-names.ts';
import { runPlainly } from './run.ts';

/** What scripts mostly do with the libraries; the functions that this calls are compiled beforehand. */
const usualUse = `
globalThis.castellanRan = {};
for (const name of params) void globalThis[name];
const url = new URL('https://user@example.com:8080/a/../b?c=d#e');
url.searchParams.append('f', 'g h');
String(url) + new URLSearchParams({ a: '1' });
new TextDecoder().decode(new TextEncoder().encode('\u00fc')) + atob(btoa('a'));
console.log({ a: [1, 'b', null], c: new Map([[1, new Set([2])]]) }, new Error('e'));
if (typeof Response === 'function') await new Response('{"a":1}', { headers: { a: 'b' } }).json();
return { names: {}, failed: {}, ran: Object.keys(globalThis.castellanRan) };
`;

/** Writes `manifest.json` and the libraries to `BOX/libraries`. The runner has to be there. */
export async function buildLibraries(box: string, snapshot: string): Promise<void> {
  const names = Object.keys(libraryEntries) as LibraryName[];
  const bundles = new Map<string, string>();
  // In parentheses, so that each is compiled at once.
  for (const name of names) bundles.set(`${name}.js`, `(${await bundleLibrary(name)})\n`);
  const draft: Draft = { name: 'libraries', packages: {}, bundles, members: [], specifiers: {} };
  const folder = join(box, 'libraries');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  // The runner opens all of its sets; this one comes before the built-ins.
  const none = { format: 1, name: 'builtins', packages: {}, members: [], specifiers: {}, bundles: {} };
  mkdirSync(join(box, 'builtins'), { recursive: true });
  writeFileSync(join(box, 'builtins', 'manifest.json'), JSON.stringify(none));
  const globals = Object.values(lazyGlobals).flat();
  const tryOut = async (): Promise<Trial> => (await runPlainly(box, snapshot, usualUse, globals, [])) as Trial;
  await press(draft, folder, tryOut, compilerFor(ivm, readFileSync(snapshot)));
}
