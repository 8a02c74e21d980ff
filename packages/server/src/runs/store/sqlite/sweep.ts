import type { DatabaseSync } from 'node:sqlite';
import type { ServiceTime } from '../../time/clock.ts';
import { type Sweep, sweepBatch } from '../sweep.ts';
import type { Commits } from './commits.ts';

/** The most pages returned to the file system after a round. */
const pages = 2_000;

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

/** Removes in small transactions, and gives the pages that have become free back. */
export function sweeper(database: DatabaseSync, commits: Commits, time: ServiceTime): Sweep {
  const sql = statements(database);
  return {
    runs: ({ olderMs, mostBytes }) =>
      commits.write(() => {
        const { bytes } = sql.bytes.get() as { bytes: number };
        const before = bytes > mostBytes ? Infinity : time.nowMs() - olderMs;
        const ids = (sql.oldRuns.all(before, sweepBatch) as { id: string }[]).map(({ id }) => id);
        for (const id of ids) {
          sql.artifactBytes.run(-(sql.bytesOf.get(id) as { bytes: number }).bytes);
          sql.deleteRun.run(id);
        }
        return ids;
      }),
    logs: ({ olderMs }) =>
      commits.write(() => {
        // The store remembers progress: runs without events are not scanned again.
        const old = sql.oldLogs.all(time.nowMs() - olderMs, sweepBatch) as unknown as OldLogs[];
        for (const { id } of old) {
          sql.deleteLogs.run(id);
          sql.deleteNetwork.run(id);
          sql.deleteRequest.run(id);
        }
        const last = old.at(-1);
        if (last !== undefined) sql.sweptTo.run(last.ended_ms);
        return old.length;
      }),
    artifacts: ({ olderMs, mostBytes }) =>
      commits.write(() => {
        const { bytes } = sql.totalBytes.get() as { bytes: number };
        const before = bytes > mostBytes ? Infinity : time.nowMs() - olderMs;
        const keys: ArtifactKey[] = [];
        let left = bytes;
        for (const key of sql.oldArtifacts.all(before, sweepBatch) as unknown as ArtifactKey[]) {
          if (before === Infinity && left <= mostBytes) break;
          left -= key.size_bytes;
          keys.push(key);
          sql.deleteArtifact.run(key.run, key.name);
          sql.artifactBytes.run(-key.size_bytes);
        }
        return keys;
      }),
    rest: async () => {
      await commits.write(() => {
        sql.forgetKeys.run(time.nowMs());
        sql.idleTenants.run();
        sql.idleLanes.run();
      });
      const { free } = sql.free.get() as { free: number };
      if (free > 0) database.exec(`PRAGMA incremental_vacuum(${pages})`);
    },
  };
}

function statements(database: DatabaseSync) {
  const prepare = (text: string) => database.prepare(text);
  return {
    free: prepare('SELECT freelist_count AS free FROM pragma_freelist_count'),
    bytes: prepare(`SELECT (page_count - freelist_count) * page_size AS bytes
      FROM pragma_page_count, pragma_freelist_count, pragma_page_size`),
    oldRuns: prepare('SELECT id FROM runs WHERE ended_ms < ? ORDER BY ended_ms LIMIT ?'),
    deleteRun: prepare('DELETE FROM runs WHERE id = ?'),
    bytesOf: prepare('SELECT coalesce(sum(size_bytes), 0) AS bytes FROM artifacts WHERE run = ?'),
    oldLogs: prepare(`SELECT id, ended_ms FROM runs WHERE ended_ms < ?
      AND ended_ms > (SELECT swept_ms FROM totals) ORDER BY ended_ms LIMIT ?`),
    deleteLogs: prepare('DELETE FROM events WHERE run = ?'),
    deleteNetwork: prepare('DELETE FROM network WHERE run = ?'),
    deleteRequest: prepare('DELETE FROM requests WHERE run = ?'),
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
