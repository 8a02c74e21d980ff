import type { DatabaseSync } from 'node:sqlite';
import type { Folder } from '../artifacts/folder.ts';
import type { ServiceTime } from '../time/clock.ts';
import type { Commits } from '../store/commits.ts';

/** How long ended runs are kept, and how much space they may take; the oldest are removed first. */
export interface Retention {
  /** Age at which the record of a run is removed, with everything that belongs to it. */
  readonly runsMs: number;
  /** Age at which the events of a run are removed, with its log lines and network entries. */
  readonly logsMs: number;
  /** Age at which artifacts are removed. */
  readonly artifactsMs: number;
  /** The total size of artifacts. */
  readonly artifactBytes: number;
  /** The size of the database, without free pages. */
  readonly storeBytes: number;
}

const dayMs = 24 * 60 * 60 * 1_000;

export const defaultRetention: Retention = {
  runsMs: 30 * dayMs,
  logsMs: 7 * dayMs,
  artifactsMs: 7 * dayMs,
  artifactBytes: 10 * 2 ** 30,
  storeBytes: 4 * 2 ** 30,
};

/** What one round removed. */
export interface Swept {
  readonly runs: number;
  readonly logs: number;
  readonly artifacts: number;
}

/** The most rows removed in one transaction, so that nothing waits long for it. */
const batch = 100;
/** The most pages returned to the file system after a round. */
const pages = 2_000;

export interface RetentionParts {
  readonly database: DatabaseSync;
  readonly commits: Commits;
  readonly folder: Folder;
  readonly time: ServiceTime;
}

interface ArtifactKey {
  readonly run: string;
  readonly name: string;
  readonly id: string;
  readonly size_bytes: number;
}

interface OldLogs {
  readonly id: string;
  readonly ended_ms: number;
}

/** Removes what is too old or too large, in small steps, until nothing is. */
export function retention(parts: RetentionParts, rules: Retention): () => Promise<Swept> {
  const { database, commits, folder, time } = parts;
  const sql = statements(database);

  const runs = async (): Promise<number> => {
    const gone = await commits.write(() => {
      const { pages: used } = sql.pages.get() as { pages: number };
      const isTooMuch = used > rules.storeBytes;
      const before = isTooMuch ? Infinity : time.nowMs() - rules.runsMs;
      const ids = (sql.oldRuns.all(before, batch) as { id: string }[]).map(({ id }) => id);
      for (const id of ids) {
        sql.artifactBytes.run(-(sql.bytesOf.get(id) as { bytes: number }).bytes);
        sql.deleteRun.run(id);
      }
      return ids;
    });
    for (const id of gone) await folder.forgetRun(id);
    return gone.length;
  };
  const logs = (): Promise<number> =>
    commits.write(() => {
      // The store remembers progress: runs without events are not scanned again.
      const old = sql.oldLogs.all(time.nowMs() - rules.logsMs, batch) as unknown as OldLogs[];
      for (const { id } of old) {
        sql.deleteLogs.run(id);
        sql.deleteNetwork.run(id);
      }
      const last = old.at(-1);
      if (last !== undefined) sql.sweptTo.run(last.ended_ms);
      return old.length;
    });
  const artifacts = async (): Promise<number> => {
    const gone = await commits.write(() => {
      const { bytes } = sql.totalBytes.get() as { bytes: number };
      const before = bytes > rules.artifactBytes ? Infinity : time.nowMs() - rules.artifactsMs;
      const keys: ArtifactKey[] = [];
      let left = bytes;
      for (const key of sql.oldArtifacts.all(before, batch) as unknown as ArtifactKey[]) {
        if (before === Infinity && left <= rules.artifactBytes) break;
        left -= key.size_bytes;
        keys.push(key);
        sql.deleteArtifact.run(key.run, key.name);
        sql.artifactBytes.run(-key.size_bytes);
      }
      return keys;
    });
    for (const { run, id } of gone) folder.forget(run, id);
    return gone.length;
  };

  return async () => {
    const swept = {
      runs: await repeat(runs),
      logs: await repeat(logs),
      artifacts: await repeat(artifacts),
    };
    await commits.write(() => {
      sql.forgetKeys.run(time.nowMs());
      sql.idleTenants.run();
      sql.idleLanes.run();
    });
    if (swept.runs + swept.logs > 0) database.exec(`PRAGMA incremental_vacuum(${pages})`);
    return swept;
  };
}

/** Repeats `step` until it processes less than a whole batch. */
async function repeat(step: () => Promise<number>): Promise<number> {
  let total = 0;
  for (;;) {
    const count = await step();
    total += count;
    if (count < batch) return total;
  }
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  return {
    pages: prepare(`SELECT (page_count - freelist_count) * page_size AS pages
      FROM pragma_page_count, pragma_freelist_count, pragma_page_size`),
    oldRuns: prepare('SELECT id FROM runs WHERE ended_ms < ? ORDER BY ended_ms LIMIT ?'),
    deleteRun: prepare('DELETE FROM runs WHERE id = ?'),
    bytesOf: prepare('SELECT coalesce(sum(size_bytes), 0) AS bytes FROM artifacts WHERE run = ?'),
    oldLogs: prepare(`SELECT id, ended_ms FROM runs WHERE ended_ms < ?
      AND ended_ms > (SELECT swept_ms FROM totals) ORDER BY ended_ms LIMIT ?`),
    deleteLogs: prepare('DELETE FROM events WHERE run = ?'),
    deleteNetwork: prepare('DELETE FROM network WHERE run = ?'),
    sweptTo: prepare('UPDATE totals SET swept_ms = ? WHERE only = 1'),
    totalBytes: prepare('SELECT artifact_bytes AS bytes FROM totals'),
    oldArtifacts: prepare(`SELECT run, name, id, size_bytes FROM artifacts WHERE stored_ms < ?
      ORDER BY stored_ms LIMIT ?`),
    deleteArtifact: prepare('DELETE FROM artifacts WHERE run = ? AND name = ?'),
    artifactBytes: prepare('UPDATE totals SET artifact_bytes = artifact_bytes + ? WHERE only = 1'),
    forgetKeys: prepare('DELETE FROM idempotency WHERE expires_ms < ?'),
    idleTenants: prepare(`DELETE FROM tenants WHERE queued = 0 AND running = 0 AND virtual_ms <=
      coalesce((SELECT min(virtual_ms) FROM tenants WHERE queued > 0), 9e999)`),
    idleLanes: prepare(
      'DELETE FROM lanes WHERE queued = 0 AND tenant NOT IN (SELECT name FROM tenants)',
    ),
  };
}
