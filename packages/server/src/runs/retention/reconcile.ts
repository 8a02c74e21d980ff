import type { Folder } from '../artifacts/folder.ts';
import type { StoredRuns } from '../store/store.ts';

/**
 * Removes orphaned files: a launcher that dies between writing an artifact and reporting it leaves
 * one, and so does a server that dies between a commit and the removal that follows it. Files of
 * running runs are kept. Returns the number of removed files.
 */
export async function sweepFiles(store: StoredRuns, folder: Folder): Promise<number> {
  let swept = 0;
  for await (const run of folder.runs()) {
    if ((await store.files(run)).isRunning) continue;
    const files = await folder.list(run);
    // It may have been leased while the folder was read.
    const { isRunning, known } = await store.files(run);
    if (isRunning) continue;
    const kept = new Set(known);
    for (const file of files) {
      if (kept.has(file)) continue;
      folder.forget(run, file);
      swept++;
    }
    if (kept.size === 0) await folder.forgetRun(run);
  }
  return swept;
}
