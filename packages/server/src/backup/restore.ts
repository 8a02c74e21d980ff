import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { chmod, copyFile, cp } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CastellanError } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import { sharedDatabases } from './databases.ts';
import { storedTables } from '../stored/tables.ts';
import { hashOf, type Manifest, manifestFile, runsFile } from './manifest.ts';

/**
 * Makes a data folder of a backup: one that is empty, or not there. It is there when all of it is, or
 * stays as it was. Throws `invalid_option`.
 */
export async function restore(from: string, data: string): Promise<Manifest> {
  const source = resolve(from);
  const manifest = manifestOf(source);
  const target = resolve(data);
  if (existsSync(target) && readdirSync(target).length > 0) {
    throw refusal(
      `The data folder ${target} is not empty.`,
      'move it away, or name another with --data',
    );
  }
  const names = namesIn(manifest);
  for (const name of names) {
    const file = join(source, name);
    if (existsSync(file) && (await hashOf(file)) === manifest.databases[name]) continue;
    throw refusal(
      `${file} is not what the backup held.`,
      'take another copy of the backup, or an older one',
    );
  }
  mkdirSync(dirname(target), { recursive: true });
  const part = join(dirname(target), `.${basename(target)}.part`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  try {
    for (const name of names) {
      await copyFile(join(source, name), join(part, name));
      await chmod(join(part, name), 0o600);
    }
    if (existsSync(join(source, 'artifacts'))) {
      await cp(join(source, 'artifacts'), join(part, 'artifacts'), { recursive: true });
    }
    // An empty folder gives way.
    renameSync(part, target);
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** What the backup holds: an older one lacks the tables that came since. */
function namesIn({ databases, castellan }: Manifest): string[] {
  const known = new Set([runsFile, ...sharedDatabases.map(({ name }) => name)]);
  const unknown = Object.keys(databases).find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw refusal(
      `The backup holds ${shown(unknown)}, which this Castellan does not know.`,
      `use the one that made it, ${shown(castellan)}, or a newer one`,
    );
  }
  const later = new Set(storedTables.map(({ file }) => file));
  return [...known].filter((name) => !later.has(name) || Object.hasOwn(databases, name));
}

function manifestOf(folder: string): Manifest {
  const file = join(folder, manifestFile);
  let manifest: Manifest;
  try {
    manifest = JSON.parse(readFileSync(file, 'utf8')) as Manifest;
  } catch (error) {
    throw refusal(
      `${folder} is no backup: ${file} cannot be read.`,
      'name a folder that castellan backup has made',
      error,
    );
  }
  // It comes from a later version, if it is of another.
  if (manifest.version === 1 && typeof manifest.databases === 'object') return manifest;
  throw refusal(
    `${file} is of a form that this Castellan does not know.`,
    'restore it with the Castellan that made it, or a newer one',
  );
}

function refusal(detail: string, fix: string, cause?: unknown): CastellanError {
  return new CastellanError('invalid_option', detail, { fix, cause });
}
