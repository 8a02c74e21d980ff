import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type ivm from 'isolated-vm';
import { libraryEntries, type LibraryName } from '../guest/platform/library-names.ts';
import type { Warm } from './warm.ts';

/** Compiles one of the platform's libraries in the isolate and hands it to the guest. */
export function provideLibrary({ isolate, context, guest }: Warm, name: LibraryName): void {
  const script = isolate.compileScriptSync(librarySource(name), { filename: `castellan:${name}` });
  const factory: ivm.Reference = script.runSync(context, { reference: true });
  guest.provide.applySync(undefined, [factory.derefInto()]);
}

/** Read when it is asked for: most runs need none. */
function librarySource(name: LibraryName): string {
  if (!Object.hasOwn(libraryEntries, name)) throw new Error('no such library');
  return readFileSync(join(dirname(process.argv[1] ?? ''), 'libraries', `${name}.js`), 'utf8');
}
