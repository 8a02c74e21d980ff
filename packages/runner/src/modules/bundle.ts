import type ivm from 'isolated-vm';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Warm } from '../isolate/warm.ts';
import type { Shelf, Shelves } from './packages.ts';

/** Compiles a bundle by its name, shelf and file, such as `packages/a.js`; gives its factory. */
export function compileBundle(warm: Warm, shelves: Shelves, name: string): ivm.Reference {
  const [, shelfName = '', file = ''] = /^(libraries|packages|builtins)\/(.+)$/.exec(name) ?? [];
  const shelf = shelves[shelfName as 'libraries' | 'packages' | 'builtins'];
  if (shelf === undefined || !Object.hasOwn(shelf.set.bundles, file)) throw new Error('no such bundle');
  // Bundles are ASCII, so that they take one byte per character here and in the isolate.
  const source = readFileSync(join(shelf.folder, file), 'latin1');
  const cachedData = codeOf(warm, shelf, file, shelves.codeKey);
  const script = warm.isolate.compileScriptSync(source, {
    filename: `castellan:${name}`,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  return script.runSync(warm.context, { reference: true }) as ivm.Reference;
}

/**
 * Compiled code is as good as machine code: it comes from our own build only, like the snapshot, out
 * of the same read-only folder as the source. V8 refuses what another version or other flags made.
 */
function codeOf(
  { vm }: Warm,
  { folder, set }: Shelf,
  file: string,
  codeKey: string,
): ivm.ExternalCopy<ArrayBuffer> | undefined {
  const code = set.bundles[file]?.code[codeKey];
  if (code === undefined) return undefined;
  const bytes = readFileSync(join(folder, code.file));
  return new vm.ExternalCopy(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  ) as ivm.ExternalCopy<ArrayBuffer>;
}
