import { existsSync, type FSWatcher, watch } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Source } from '@castellan/sandbox';

/** Editors write a file in several steps; what comes within this time is one change. */
const settleMs = 50;

/** Tells when something in one of its folders may have changed. */
interface Watched extends Disposable {
  /** Returns whether any of the folders is new. */
  add(folders: ReadonlySet<string>): boolean;
  /** Resolves after the next change from now on, or when `signal` aborts. */
  next(signal: AbortSignal): Promise<void>;
}

export function watchFolders(): Watched {
  const watchers = new Map<string, FSWatcher>();
  let change = Promise.withResolvers<void>();
  const tell = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const forget = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    add: (folders) => {
      const added = [...folders].filter((folder) => !watchers.has(folder) && existsSync(folder));
      for (const folder of added) {
        const watcher = watch(folder, tell);
        // A folder that was removed comes back as another one.
        watcher.on('error', () => forget(folder));
        watchers.set(folder, watcher);
      }
      return added.length > 0;
    },
    next: async (signal) => {
      const { promise } = change;
      const aborted = Promise.withResolvers<void>();
      const stop = (): void => aborted.resolve();
      signal.addEventListener('abort', stop, { once: true });
      if (signal.aborted) stop();
      await Promise.race([promise, aborted.promise]);
      signal.removeEventListener('abort', stop);
      if (!signal.aborted) await sleep(settleMs, undefined, { signal }).catch(() => undefined);
    },
    [Symbol.dispose]: () => {
      for (const folder of watchers.keys()) forget(folder);
    },
  };
}

/** Folders that the files of a script lie in. */
export function foldersOf(file: string, source: Source): ReadonlySet<string> {
  const root = dirname(file);
  const paths = typeof source === 'string' ? [] : Object.keys(source.files);
  return new Set([root, ...paths.map((path) => join(root, dirname(path)))]);
}
