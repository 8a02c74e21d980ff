import { constants, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, mkdir, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { backup as copyDatabase, DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { openDatabase } from '../runs/store/sqlite/database.ts';
import { askForCopy } from './control.ts';
import { sharedDatabases } from './databases.ts';
import { hashOf, type Manifest, manifestFile, runsFile } from './manifest.ts';

/** What a copy has to be told. */
export interface About {
  /** Of this Castellan. */
  readonly version: string;
  readonly artifacts: 'in the folder' | 'in a bucket';
}

/**
 * Copies the records, and the artifacts that lie in the data folder, into a new folder, also while the
 * service runs: it goes on meanwhile. The folder is there when all of it is, or not at all. Throws
 * `invalid_option`.
 */
export async function copyData(from: string, to: string, about: About): Promise<Manifest> {
  const target = resolve(to);
  if (existsSync(target)) {
    throw new CastellanError('invalid_option', `${target} is there already.`, {
      fix: 'name a folder that is not: each backup is one of its own',
      value: to,
    });
  }
  mkdirSync(dirname(target), { recursive: true });
  const part = join(dirname(target), `.${basename(target)}.part`);
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { mode: 0o700 });
  try {
    // The records first: whatever they know of lies in the data folder by then.
    const records = join(part, runsFile);
    if (!(await askForCopy(from, records))) await copyStopped(from, records);
    const databases: Record<string, string> = { [runsFile]: await hashOf(records) };
    for (const { name, make } of sharedDatabases) {
      await make(join(from, name));
      await copyOpen(join(from, name), join(part, name));
      databases[name] = await hashOf(join(part, name));
    }
    const artifacts =
      about.artifacts === 'in the folder'
        ? await copyArtifacts(join(from, 'artifacts'), join(part, 'artifacts'))
        : null;
    const manifest: Manifest = {
      version: 1,
      castellan: about.version,
      createdAt: new Date().toISOString(),
      databases,
      runs: countIn(records, 'runs'),
      keys: countIn(join(part, 'keys.sqlite'), 'keys'),
      artifacts,
    };
    writeFileSync(join(part, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`, {
      mode: 0o600,
      flush: true,
    });
    renameSync(part, target);
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  }
}

/** The records of a service that does not run; holds their lock meanwhile. */
async function copyStopped(folder: string, file: string): Promise<void> {
  const database = openDatabase(folder);
  try {
    await copyDatabase(database, file);
  } finally {
    database.close();
  }
}

/** A database that several processes have open. */
async function copyOpen(from: string, file: string): Promise<void> {
  const database = new DatabaseSync(from, { timeout: 5_000 });
  try {
    await copyDatabase(database, file);
  } finally {
    database.close();
  }
}

/** Files that come or go meanwhile are those of which the copied records say nothing, or that are old. */
async function copyArtifacts(from: string, to: string): Promise<number> {
  let copied = 0;
  await mkdir(to, { mode: 0o700 });
  for (const run of await readdir(from).catch(() => [])) {
    const names = await readdir(join(from, run)).catch(() => []);
    if (names.length > 0) await mkdir(join(to, run), { mode: 0o700 });
    for (const name of names) {
      try {
        await copyFile(join(from, run, name), join(to, run, name), constants.COPYFILE_FICLONE);
        copied++;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
  }
  return copied;
}

/** Counts the rows of a copy, once SQLite has found nothing wrong with it. */
function countIn(file: string, table: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const said = database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
    if (said !== 'ok') throw new Error(`The copy ${file} is damaged: ${String(said)}`);
    return Number(database.prepare(`SELECT count(*) AS found FROM ${table}`).get()?.['found']);
  } finally {
    database.close();
  }
}
