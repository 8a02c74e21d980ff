import type { Artifacts } from '../artifacts/artifacts.ts';
import type { StoredRuns } from '../store/store.ts';

/**
 * Removes what no record knows: a launcher that dies between writing an artifact and reporting it
 * leaves one, and so does a server that dies between a commit and the removal that follows it. What
 * running runs have is kept. Returns how many artifacts, and things half done, were removed.
 */
export async function sweepFiles(store: StoredRuns, artifacts: Artifacts): Promise<number> {
  let swept = 0;
  for await (const { run, artifacts: found } of artifacts.kept()) {
    // Asked after they were listed: what is recorded later is not among them.
    const { isRunning, known } = await store.files(run);
    if (isRunning) continue;
    const orphans = found.filter((id) => !known.includes(id));
    if (orphans.length > 0) await artifacts.forget(run, orphans);
    if (known.length === 0) await artifacts.forgetRun(run);
    swept += orphans.length;
  }
  for await (const { run, drop } of artifacts.halfDone()) {
    if ((await store.files(run)).isRunning) continue;
    await drop();
    swept++;
  }
  return swept;
}
