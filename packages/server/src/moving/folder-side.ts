import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { CastellanError } from '@castellan/protocol';
import { openDatabase, runsFile } from '../runs/store/sqlite/database.ts';
import { isBusy, isDamaged } from '../storage/sqlite-faults.ts';
import { retiredName } from '../storage/retired.ts';
import { fileRows } from './file-rows.ts';
import type { Side } from './side.ts';
import type { MovedStore } from './stores.ts';

const sidecars = ['-wal', '-shm', '-journal'];

/** The stores in the files of a data folder. */
export function folderSide(folder: string): Side {
  const open = new Map<string, DatabaseSync>();
  const pathOf = ({ file }: MovedStore): string => join(folder, file);
  const copyOf = (store: MovedStore): string => `${pathOf(store)}.copy`;
  const close = (path: string): void => {
    open.get(path)?.close();
    open.delete(path);
  };
  const remove = (path: string): void => {
    close(path);
    for (const end of ['', ...sidecars]) rmSync(path + end, { force: true });
  };
  const opened = (path: string, make: () => DatabaseSync): DatabaseSync => {
    const known = open.get(path) ?? make();
    open.set(path, known);
    return known;
  };

  return {
    name: `the data folder ${folder}`,
    stored: async (store) => {
      const path = pathOf(store);
      if (!existsSync(path)) return undefined;
      const isRuns = basename(path) === runsFile;
      return fileRows(opened(path, () => (isRuns ? openDatabase(folder) : openFile(path, store))));
    },
    copied: async (store) => fileRows(opened(copyOf(store), () => openFile(copyOf(store), store))),
    discard: async (store) => remove(copyOf(store)),
    publish: async (stores) => {
      for (const store of stores) {
        const path = pathOf(store);
        close(copyOf(store));
        if (open.has(path)) remove(path);
        try {
          // Not a rename, which would replace what a service has begun meanwhile.
          linkSync(copyOf(store), path);
        } catch (error) {
          throw new CastellanError('invalid_option', `${path} has come into being meanwhile.`, {
            fix: 'stop the service that uses the folder, remove that file, and start again',
            option: 'data',
            cause: error,
          });
        }
        remove(copyOf(store));
      }
      sync(folder);
    },
    retire: async (stores) => {
      const retired: string[] = [];
      for (const store of stores) {
        const path = pathOf(store);
        // The last one to close it brings its log into it.
        close(path);
        let to = retiredName(path);
        for (let number = 2; existsSync(to); number++) to = retiredName(path, number);
        renameSync(path, to);
        retired.push(to);
      }
      sync(folder);
      return retired;
    },
    [Symbol.asyncDispose]: async () => {
      for (const path of open.keys()) close(path);
    },
  };
}

/** A file that this process alone writes to. */
function openFile(path: string, { make }: MovedStore): DatabaseSync {
  closeSync(openSync(path, 'a', 0o600));
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA auto_vacuum = INCREMENTAL');
    database.exec('PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL');
    make(database);
    return database;
  } catch (error) {
    database.close();
    if (isBusy(error)) {
      throw new CastellanError('invalid_option', `${path} is in use by another process.`, {
        fix: 'stop that process',
        option: 'data',
        cause: error,
      });
    }
    if (isDamaged(error)) {
      throw new CastellanError('invalid_option', `${path} cannot be read: ${String(error)}.`, {
        fix: 'put a backup back',
        option: 'data',
        cause: error,
      });
    }
    throw error;
  }
}

/** What was renamed stays renamed when the power goes. */
function sync(folder: string): void {
  const descriptor = openSync(folder, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}
