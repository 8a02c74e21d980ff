/** What the tables say that contradicts itself; `count` answers one of the queries. */
export async function contradictions(count: (sql: string) => Promise<number>): Promise<string[]> {
  const found: string[] = [];
  for (const { what, sql } of queries) {
    const wrong = await count(sql);
    if (wrong > 0) found.push(`${wrong} ${what}`);
  }
  return found;
}

const counted = (what: string, sql: string) => ({
  what,
  sql: `SELECT count(*) AS found FROM (${sql}) AS wrong`,
});

/** Understood by SQLite and by PostgreSQL. */
const queries = [
  counted(
    'runs that are queued but not in the queue',
    "SELECT id FROM runs WHERE status = 'queued' AND id NOT IN (SELECT run FROM queue)",
  ),
  counted(
    'runs in the queue that are not queued',
    "SELECT run FROM queue JOIN runs ON id = run WHERE status <> 'queued'",
  ),
  counted(
    'tenants whose queue is longer or shorter than said',
    `SELECT name FROM tenants WHERE queued <>
      (SELECT count(*) FROM queue WHERE queue.tenant = name)`,
  ),
  counted(
    'tenants with more or less running than said',
    `SELECT name FROM tenants WHERE running <>
      (SELECT count(*) FROM runs WHERE status = 'running' AND runs.tenant = name)`,
  ),
  counted(
    'totals that are wrong',
    `SELECT only_row FROM (SELECT 1 AS only_row, queued, artifact_bytes FROM totals) AS said
      WHERE queued <> (SELECT count(*) FROM queue)
        OR artifact_bytes <> (SELECT coalesce(sum(size_bytes), 0) FROM artifacts)`,
  ),
  counted(
    'running or queued runs without a request',
    `SELECT id FROM runs WHERE status IN ('queued', 'running')
      AND id NOT IN (SELECT run FROM requests)`,
  ),
] as const;
