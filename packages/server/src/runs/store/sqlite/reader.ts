import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Artifact, Run } from '@castellan/protocol';
import type { RunSpec } from '../../contract/launch.ts';
import type { RunQuery, StoredEvent, StoredRun, TenantLoad } from '../../contract/runs.ts';
import { mostLogLines } from '../../record/endings.ts';
import { linesOf, logLine, readLine } from '../../record/event-lines.ts';
import {
  columnsWithoutValue,
  noParts,
  type Parts,
  type RunRow,
  storedRunOf,
} from '../../record/rows.ts';
import {
  busyTenants,
  chunksAtOnce,
  listOf,
  mostPageChars,
  mostVisited,
  splitLabel,
} from '../reading.ts';
import type { StoredRuns } from '../store.ts';
import type { Positions } from './position.ts';

/** `StoredRuns`, at once; inside a write too. */
export type Reader = {
  readonly [Name in Exclude<keyof StoredRuns, 'waiting'>]: (
    ...given: Parameters<StoredRuns[Name]>
  ) => Awaited<ReturnType<StoredRuns[Name]>>;
} & {
  running(): RunRow[];
};

/** `estimateMs` returns how long a run at a position is likely to wait. */
export function reader(
  database: DatabaseSync,
  positions: Positions,
  estimateMs: (position: number) => number | null,
): Reader {
  const byId = database.prepare(`SELECT ${columnsWithoutValue} FROM runs WHERE id = ?`);
  const value = database.prepare('SELECT value FROM runs WHERE id = ?');
  const chunks = database.prepare(
    'SELECT body FROM events WHERE run = ? AND last_seq > ? ORDER BY last_seq LIMIT ?',
  );
  const artifacts = database.prepare('SELECT body FROM artifacts WHERE run = ? ORDER BY id');
  const artifact = database.prepare('SELECT body FROM artifacts WHERE run = ? AND name = ?');
  const files = database.prepare('SELECT id FROM artifacts WHERE run = ?');
  const running = database.prepare(
    `SELECT ${columnsWithoutValue} FROM runs WHERE status = 'running'`,
  );
  const network = database.prepare('SELECT body FROM network WHERE run = ? ORDER BY seq');

  const request = database.prepare('SELECT body FROM requests WHERE run = ?');
  const tenants = database.prepare(busyTenants('?'));

  const row: Reader['row'] = (tenant, id) => {
    const found = byId.get(id) as RunRow | undefined;
    return found === undefined || (tenant !== null && found.tenant !== tenant) ? undefined : found;
  };
  const eventsOf = ({ body }: { body: string }): StoredEvent[] => linesOf(body).map(readLine);
  const queueOf = (found: RunRow): Run['queue'] => {
    if (found.status !== 'queued') return { position: 0 };
    const position = positions.of(found.id);
    return { position, estimatedWaitMs: estimateMs(position) };
  };
  const logsOf = (found: RunRow): Pick<Parts, 'logs' | 'hasMoreLogs'> => {
    const lines: string[] = [];
    const after = found.attempt_seq - 1;
    const chunksAfter = chunks.iterate(found.id, after, -1) as unknown as Iterable<Body>;
    for (const chunk of chunksAfter) {
      for (const event of eventsOf(chunk)) {
        if (event.type !== 'log' || event.seq <= after) continue;
        if (lines.length === mostLogLines) return { logs: listOf(lines), hasMoreLogs: true };
        lines.push(logLine(event));
      }
    }
    return { logs: listOf(lines), hasMoreLogs: false };
  };
  const bodiesOf = (statement: StatementSync, id: string): string[] =>
    (statement.all(id) as unknown as Body[]).map(({ body }) => body);

  return {
    row,
    run: (tenant, id) => {
      const found = row(tenant, id);
      if (found === undefined) return undefined;
      const { value: json } = value.get(id) as Pick<RunRow, 'value'>;
      const own = listOf(bodiesOf(artifacts, id));
      const parts = { ...logsOf(found), artifacts: own, queue: queueOf(found) };
      return storedRunOf({ ...found, value: json }, parts);
    },
    list: (query) => {
      const items: StoredRun[] = [];
      let visited = 0;
      let chars = 0;
      let last: string | null = null;
      for (const found of rowsFor(database, query)) {
        const isFull = items.length === query.limit || chars > mostPageChars;
        if (isFull || visited++ === mostVisited) return { items, nextCursor: last };
        last = found.id;
        if (query.status !== undefined && found.status !== query.status) continue;
        if (query.policy !== undefined && found.policy !== query.policy) continue;
        const own = listOf(bodiesOf(artifacts, found.id));
        const parts = { ...noParts, artifacts: own, hasMoreLogs: false, queue: queueOf(found) };
        const item = storedRunOf(found, parts);
        chars += item.json.length;
        items.push(item);
      }
      return { items, nextCursor: null };
    },
    events: (id, after) =>
      (chunks.all(id, after, chunksAtOnce) as unknown as Body[])
        .flatMap(eventsOf)
        .filter(({ seq }) => seq > after),
    files: (id) => ({
      isRunning: byId.get(id)?.['status'] === 'running',
      known: files.all(id).map((found) => String(found['id'])),
    }),
    running: () => running.all() as unknown as RunRow[],
    artifact: (id, name) => {
      const found = artifact.get(id, name) as { body: string } | undefined;
      return found === undefined ? undefined : (JSON.parse(found.body) as Artifact);
    },
    network: (id) => listOf(bodiesOf(network, id)),
    request: (id) => {
      const found = request.get(id) as Body | undefined;
      return found === undefined ? null : (JSON.parse(found.body) as RunSpec);
    },
    tenants: (name) => (tenants.all(name) as unknown as TenantLoad[]).map((each) => ({ ...each })),
  };
}

interface Body {
  readonly body: string;
}

/** The same for callers that wait. */
export function readings(read: Reader): Omit<StoredRuns, 'waiting'> {
  return {
    row: async (...given) => read.row(...given),
    run: async (...given) => read.run(...given),
    list: async (...given) => read.list(...given),
    events: async (...given) => read.events(...given),
    artifact: async (...given) => read.artifact(...given),
    files: async (...given) => read.files(...given),
    network: async (...given) => read.network(...given),
    request: async (...given) => read.request(...given),
    tenants: async (...given) => read.tenants(...given),
  };
}

/** Rows that may fit, newest first, by the index that narrows them most. */
function rowsFor(database: DatabaseSync, query: RunQuery): Iterable<RunRow> {
  const conditions = ['runs.id < ?'];
  // No id is after this.
  const values: string[] = [query.cursor ?? '~'];
  let source = 'runs';
  if (query.label !== undefined) {
    source = 'labels JOIN runs ON runs.id = labels.run';
    conditions[0] = 'labels.run < ?';
    const [name, value] = splitLabel(query.label);
    conditions.push('labels.name = ?');
    values.push(name);
    if (value !== undefined) conditions.push('labels.value = ?');
    if (value !== undefined) values.push(value);
    if (query.tenant !== null) conditions.push('labels.tenant = ?');
  } else {
    // No index orders the runs of one status across all tenants: sorting a million that succeeded
    // would block the event loop for seconds. Few are running at a time.
    const isIndexed = query.tenant !== null || query.status === 'running';
    if (query.status !== undefined && isIndexed) {
      conditions.push('runs.status = ?');
      values.push(query.status);
    }
    if (query.tenant !== null) conditions.push('runs.tenant = ?');
  }
  if (query.tenant !== null) values.push(query.tenant);
  const order = query.label === undefined ? 'runs.id' : 'labels.run';
  return database
    .prepare(
      `SELECT ${columnsWithoutValue} FROM ${source} WHERE ${conditions.join(' AND ')} ORDER BY ${order} DESC`,
    )
    .iterate(...values) as unknown as Iterable<RunRow>;
}
