import { codeFile } from '@castellan/protocol/runtimes';
import type ivm from 'isolated-vm';
import type { ModuleShelves, ShelfName } from './module-shelves.ts';
import type { Warm } from './warm.ts';

/** Compiles a bundle by its name, such as `packages/a.js`, and returns its factory. */
export function compileBundle(
  { vm, isolate, context, hold }: Warm,
  { shelves, codeKey }: ModuleShelves,
  name: string,
): ivm.Reference {
  // A guest that got hold of our callback could ask for any name: it gets what stands on one shelf.
  const [, kind, file = ''] = /^(libraries|builtins|packages)\/([\w@+.~-]+\.js)$/.exec(name) ?? [];
  const shelf = kind === undefined ? undefined : shelves[kind as ShelfName];
  const source = shelf?.text(file, 'latin1');
  if (source === undefined) throw new Error(`this box has no module ${JSON.stringify(name)}`);
  // Compiled code is as good as machine code: it comes from our own build only, like the snapshot, out
  // of the same read-only file as the source. V8 refuses what another version or other flags made.
  const code = shelf?.read(codeFile(file, codeKey));
  const script = isolate.compileScriptSync(source, {
    filename: `castellan:${name}`,
    ...(code === undefined
      ? {}
      : { cachedData: new vm.ExternalCopy(code.buffer, { transferOut: true }) }),
  });
  return hold(script.runSync(context, { reference: true }));
}
