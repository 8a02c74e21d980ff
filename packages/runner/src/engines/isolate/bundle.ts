import { codeFile } from '@castellan/protocol/runtimes';
import type ivm from 'isolated-vm';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { blobOf } from './blob.ts';
import type { Warm } from './warm.ts';
import type { FolderName, ModuleFolders } from './module-folders.ts';

/** Compiles a bundle by its name, such as `packages/a.js`, and returns its factory. */
export function compileBundle(warm: Warm, folders: ModuleFolders, name: string): ivm.Reference {
  // A guest that got hold of our callback could ask for any name: it gets one file of one folder.
  const [, kind, file = ''] = /^(libraries|builtins|packages)\/([\w@+.~-]+\.js)$/.exec(name) ?? [];
  const folder = kind === undefined ? '' : folders.paths[kind as FolderName];
  if (folder === '') throw new Error('no such bundle');
  // Bundles are ASCII, so that they take one byte per character here and in the isolate.
  const source = readFileSync(join(folder, file), 'latin1');
  const cachedData = codeOf(warm, join(folder, codeFile(file, folders.codeKey)));
  const script = warm.isolate.compileScriptSync(source, {
    filename: `castellan:${name}`,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  return script.runSync(warm.context, { reference: true });
}

/**
 * Compiled code is as good as machine code: it comes from our own build only, like the snapshot, out
 * of the same read-only folder as the source. V8 refuses what another version or other flags made.
 */
function codeOf({ vm }: Warm, file: string): ivm.ExternalCopy<ArrayBuffer> | undefined {
  return existsSync(file) ? blobOf(vm, file) : undefined;
}
