import type { DatabaseSync } from 'node:sqlite';
import type { Folder } from '../artifacts/folder.ts';

/**
 * Removes orphaned files: a launcher that dies between writing an artifact and reporting it leaves
 * one, and so does a server that dies between a commit and the removal that follows it. Files of
 * running runs are kept. Returns the number of removed files.
 */
export async function sweepFiles(database: DatabaseSync, folder: Folder): Promise<number> {
  const statusOf = database.prepare('SELECT status FROM runs WHERE id = ?');
  const known = database.prepare('SELECT id FROM artifacts WHERE run = ?');
  let swept = 0;
  for await (const run of folder.runs()) {
    const found = statusOf.get(run) as { status: string } | undefined;
    if (found?.status === 'running') continue;
    const files = await folder.list(run);
    const kept = new Set((known.all(run) as { id: string }[]).map(({ id }) => id));
    // It may have been leased while the folder was read.
    if ((statusOf.get(run) as { status: string } | undefined)?.status === 'running') continue;
    for (const file of files) {
      if (kept.has(file)) continue;
      folder.forget(run, file);
      swept++;
    }
    if (kept.size === 0) await folder.forgetRun(run);
  }
  return swept;
}

/** Describes contradictions between the tables; empty if they are consistent. */
export function contradictions(database: DatabaseSync): string[] {
  return checks.flatMap(({ what, sql }) => {
    const { found } = database.prepare(`SELECT count(*) AS found FROM (${sql})`).get() as {
      found: number;
    };
    return found === 0 ? [] : [`${found} ${what}`];
  });
}

const checks = [
  {
    what: 'runs that are queued but not in the queue',
    sql: "SELECT id FROM runs WHERE status = 'queued' AND id NOT IN (SELECT run FROM queue)",
  },
  {
    what: 'runs in the queue that are not queued',
    sql: "SELECT run FROM queue JOIN runs ON id = run WHERE status <> 'queued'",
  },
  {
    what: 'tenants whose queue is longer or shorter than said',
    sql: `SELECT name FROM tenants WHERE queued <>
      (SELECT count(*) FROM queue WHERE queue.tenant = name)`,
  },
  {
    what: 'tenants with more or less running than said',
    sql: `SELECT name FROM tenants WHERE running <>
      (SELECT count(*) FROM runs WHERE status = 'running' AND runs.tenant = name)`,
  },
  {
    what: 'totals that are wrong',
    sql: `SELECT only FROM totals WHERE queued <> (SELECT count(*) FROM queue)
      OR artifact_bytes <> (SELECT coalesce(sum(size_bytes), 0) FROM artifacts)`,
  },
  {
    what: 'running or queued runs without a request',
    sql: `SELECT id FROM runs WHERE status IN ('queued', 'running')
      AND id NOT IN (SELECT run FROM requests)`,
  },
] as const;
