import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CastellanError } from '@castellan/protocol';
import { defaultRuntime } from '@castellan/protocol/runtimes';
import { shown } from '@castellan/protocol/kinds';
import { openRuntime, type Runtime } from './open.ts';

export { defaultRuntime };

/** Runtimes that come with this package: `npm run build` makes them. */
export const shippedRuntimes = fileURLToPath(new URL('../../dist/built', import.meta.url));

/** Where an operator's own runtimes go: `$XDG_DATA_HOME/castellan/runtimes`. */
export function ownRuntimes(): string {
  const data = process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share');
  return join(data, 'castellan', 'runtimes');
}

/** A name that is one path segment and hides nothing. */
export function isRuntimeName(name: string): boolean {
  return /^\w[\w.-]{0,63}$/.test(name);
}

/**
 * The built runtime that a name or a path means; what holds a "/" is a path. A runtime of the
 * operator's goes before a shipped one of the same name. Throws `invalid_option`.
 */
export function findRuntime(nameOrPath: string): Runtime {
  if (nameOrPath.includes('/')) return openRuntime(nameOrPath);
  const place = places().find(({ name }) => name === nameOrPath);
  if (place !== undefined) return openRuntime(place.folder);
  const known = [...new Set(places().map(({ name }) => name))];
  const built = known.length === 0 ? 'none' : known.join(', ');
  throw new CastellanError(
    'invalid_option',
    `runtime ${shown(nameOrPath)} is not built here. Built: ${built}. A path has a "/" in it.`,
    {
      option: 'runtime',
      value: nameOrPath,
      allowed: known,
      fix: known.length === 0 ? 'In a checkout: npm run build' : null,
    },
  );
}

/** A folder that should be a built runtime. */
export interface RuntimePlace {
  readonly name: string;
  readonly folder: string;
  readonly isShipped: boolean;
}

/** All places that `findRuntime` looks at, in its order; newest name first within each folder. */
export function places(): RuntimePlace[] {
  return [ownRuntimes(), shippedRuntimes].flatMap((folder) => {
    return namesIn(folder).map((name) => {
      return { name, folder: resolve(folder, name), isShipped: folder === shippedRuntimes };
    });
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter(isRuntimeName).toSorted().toReversed();
  } catch {
    return [];
  }
}
