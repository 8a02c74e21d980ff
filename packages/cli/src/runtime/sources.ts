import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { isRuntimeName } from '@castellan/sandbox/runtimes';

/** The sources of the shipped runtimes, for building them again for this machine's Node. */
export const shippedSources = fileURLToPath(new URL('../../dist/runtime-sources', import.meta.url));

/** A folder that a runtime can be built from. */
export interface RuntimeSource {
  readonly folder: string;
  readonly isShipped: boolean;
}

/**
 * Returns the source at a path, or the shipped runtime of that name if there is no such path.
 * Throws `invalid_option`.
 */
export function findSource(nameOrFolder: string): RuntimeSource {
  const shipped = join(shippedSources, nameOrFolder);
  const isName = isRuntimeName(nameOrFolder) && !existsSync(nameOrFolder);
  const folder = isName && existsSync(shipped) ? shipped : resolve(nameOrFolder);
  if (existsSync(join(folder, 'package.json'))) {
    return { folder, isShipped: folder.startsWith(shippedSources) };
  }
  throw new CastellanError(
    'invalid_option',
    `${folder} has no package.json: a runtime is a folder with one, whose dependencies are the packages.`,
  );
}

/** Whether the source of the runtime of this name came with Castellan. */
export function isShippedSource(name: string): boolean {
  return isRuntimeName(name) && existsSync(join(shippedSources, name, 'package.json'));
}
