import type { DatabaseSync } from 'node:sqlite';
import type { Artifact, LogLine, NetworkEntry, Run, RunEvent } from '@castellan/protocol';
import type { Positions } from '../queue/position.ts';
import type { RunPage, RunQuery } from '../contract/runs.ts';
import { columnsWithoutValue, runOf, type Parts, type RunRow } from './rows.ts';

/** A stored event. The first and the last event of a run are derived from its record instead. */
export type StoredEvent = Exclude<RunEvent, { type: 'run.queued' | 'run.finished' }>;

/**
 * The most log lines in a `Run`; its events have all of them. A run may write half a million, and
 * reading them all would block the event loop for seconds.
 */
export const mostLogLines = 10_000;

/** Reads the store. A tenant of null means any tenant; a run of another tenant is unknown. */
export interface Reader {
  /** Without its value. */
  row(tenant: string | null, id: string): RunRow | undefined;
  run(tenant: string | null, id: string): Run | undefined;
  list(query: RunQuery): RunPage;
  /** The next few stored events after `seq`. */
  events(id: string, after: number): StoredEvent[];
  artifact(id: string, name: string): Artifact | undefined;
  artifacts(id: string): Artifact[];
  network(id: string): NetworkEntry[];
}

/** How many rows of events are read at once; each has at most `mostChunkChars` of text. */
const chunksAtOnce = 4;
/** How many rows a list scans for one page; a filter that matches few ends the page early. */
const mostVisited = 5_000;

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

  const network = database.prepare('SELECT body FROM network WHERE run = ? ORDER BY seq');

  const row: Reader['row'] = (tenant, id) => {
    const found = byId.get(id) as RunRow | undefined;
    return found === undefined || (tenant !== null && found.tenant !== tenant) ? undefined : found;
  };
  const eventsOf = ({ body }: { body: string }): StoredEvent[] => JSON.parse(body) as StoredEvent[];
  const queueOf = (found: RunRow): Run['queue'] => {
    if (found.status !== 'queued') return { position: 0 };
    const position = positions.of(found.id);
    return { position, estimatedWaitMs: estimateMs(position) };
  };
  const logsOf = (found: RunRow): Pick<Parts, 'logs' | 'hasMoreLogs'> => {
    const logs: LogLine[] = [];
    const after = found.attempt_seq - 1;
    for (const chunk of chunks.iterate(found.id, after, -1) as unknown as Iterable<{
      body: string;
    }>) {
      for (const event of eventsOf(chunk)) {
        if (event.type !== 'log' || event.seq <= after) continue;
        if (logs.length === mostLogLines) return { logs, hasMoreLogs: true };
        const { type: _, ...line } = event;
        logs.push(line);
      }
    }
    return { logs, hasMoreLogs: false };
  };
  const artifactsOf = (id: string): Artifact[] =>
    (artifacts.all(id) as { body: string }[]).map(({ body }) => JSON.parse(body) as Artifact);

  return {
    row,
    run: (tenant, id) => {
      const found = row(tenant, id);
      if (found === undefined) return undefined;
      const { value: json } = value.get(id) as Pick<RunRow, 'value'>;
      const parts = { ...logsOf(found), artifacts: artifactsOf(id), queue: queueOf(found) };
      return runOf({ ...found, value: json }, parts);
    },
    list: (query) => {
      const items: Run[] = [];
      let visited = 0;
      let last: string | null = null;
      for (const found of rowsFor(database, query)) {
        if (items.length === query.limit || visited++ === mostVisited) {
          return { items, nextCursor: last };
        }
        last = found.id;
        if (query.status !== undefined && found.status !== query.status) continue;
        const none = { logs: [], hasMoreLogs: false };
        const parts = { ...none, artifacts: artifactsOf(found.id), queue: queueOf(found) };
        items.push(runOf(found, parts));
      }
      return { items, nextCursor: null };
    },
    events: (id, after) =>
      (chunks.all(id, after, chunksAtOnce) as { body: string }[])
        .flatMap(eventsOf)
        .filter(({ seq }) => seq > after),
    artifacts: artifactsOf,
    artifact: (id, name) => {
      const found = artifact.get(id, name) as { body: string } | undefined;
      return found === undefined ? undefined : (JSON.parse(found.body) as Artifact);
    },
    network: (id) =>
      (network.all(id) as { body: string }[]).map(({ body }) => JSON.parse(body) as NetworkEntry),
  };
}

/** Candidate rows, newest first, by the most selective index. */
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

/** `name=value`, or a name alone. */
function splitLabel(label: string): [name: string, value: string | undefined] {
  const at = label.indexOf('=');
  return at === -1 ? [label, undefined] : [label.slice(0, at), label.slice(at + 1)];
}
