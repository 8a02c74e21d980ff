import type { Artifact, Run } from '@castellan/protocol';
import type { Pool, QueryResultRow } from 'pg';
import type { RunSpec } from '../../contract/launch.ts';
import type { StoredEvent, StoredRun, TenantLoad } from '../../contract/runs.ts';
import { mostLogLines } from '../../record/endings.ts';
import { linesOf, logLine, readLine } from '../../record/event-lines.ts';
import {
  columnsWithoutValue,
  noParts,
  type Parts,
  type RunRow,
  storedRunOf,
} from '../../record/rows.ts';
import { busyTenants, chunksAtOnce, listOf, mostPageChars, mostVisited } from '../reading.ts';
import type { StoredRuns } from '../store.ts';
import { rowsFor } from './list-query.ts';
import { plain } from './plain.ts';
import { faultOf } from '../../../storage/postgres-faults.ts';

export interface Reader extends Omit<StoredRuns, 'waiting'> {
  /** Runs in the hands of a service. */
  running(node: string): Promise<RunRow[]>;
  /** Runs in the hands of one that is gone. */
  orphans(): Promise<RunRow[]>;
  /** Ids of runs in the hands of these that somebody has cancelled. */
  cancelled(nodes: readonly string[]): Promise<string[]>;
  /** Runs in the queue that have waited too long, earliest first. */
  expired(nowMs: number, most: number): Promise<RunRow[]>;
  /** Answers a query of one number, `found`. */
  count(sql: string): Promise<number>;
}

/** How many rows of events are read at a time for the lines of a run. */
const chunksOfRun = 32;

const oneRow = `SELECT ${columnsWithoutValue} FROM runs WHERE id = $1`;
/** What is shown of a run beside its columns. */
const besides = `
  ARRAY (SELECT body FROM artifacts WHERE run = runs.id ORDER BY artifacts.id) AS artifact_bodies,
  CASE WHEN status = 'queued' THEN queue_position(runs.id, (SELECT queued FROM totals)) ELSE 0 END
    AS queue_position`;
/** All of a run in one round trip, unless it has written a lot. */
const wholeRow = `SELECT runs.*, ${besides},
    ARRAY (SELECT body FROM events WHERE run = runs.id AND last_seq >= attempt_seq
      ORDER BY last_seq LIMIT ${chunksOfRun}) AS event_bodies
  FROM runs WHERE id = $1`;

interface ShownRow extends RunRow {
  readonly artifact_bodies: readonly string[];
  readonly queue_position: number;
}

interface WholeRow extends ShownRow {
  readonly event_bodies: readonly string[];
}

/** `where` names the database in errors; `estimateMs` says how long a position is likely to wait. */
export function reader(
  pool: Pool,
  where: string,
  estimateMs: (position: number) => number | null,
): Reader {
  /** Texts get a name, by which a session remembers the plan of a query. */
  const query = async <Row extends QueryResultRow>(
    text: string,
    given: readonly unknown[] = [],
    name?: string,
  ): Promise<Row[]> => {
    const values = given.map((each) => (typeof each === 'string' ? plain(each) : each));
    const named = name === undefined ? {} : { name };
    try {
      return (await pool.query<Row>({ text, values, ...named })).rows;
    } catch (error) {
      throw faultOf(error, where);
    }
  };
  const own = <Row extends RunRow>(tenant: string | null, found: Row | undefined) =>
    found === undefined || (tenant !== null && found.tenant !== tenant) ? undefined : found;
  const row = async (tenant: string | null, id: string) =>
    own(tenant, (await query<RunRow>(oneRow, [id], 'row'))[0]);
  const chunks = async (id: string, after: number, most: number): Promise<StoredEvent[]> => {
    const rows = await query<Body>(
      'SELECT body FROM events WHERE run = $1 AND last_seq > $2 ORDER BY last_seq LIMIT $3',
      [id, after, most],
      'events',
    );
    return eventsOf(
      rows.map(({ body }) => body),
      after,
    );
  };
  const queueOf = ({ status, queue_position: position }: ShownRow): Run['queue'] =>
    status === 'queued' ? { position, estimatedWaitMs: estimateMs(position) } : { position: 0 };
  /** `first` are the first rows of events of the attempt. */
  const logsOf = async (
    found: RunRow,
    first: readonly string[],
  ): Promise<Pick<Parts, 'logs' | 'hasMoreLogs'>> => {
    const lines: string[] = [];
    const start = found.attempt_seq - 1;
    for (let events = eventsOf(first, start), isLast = first.length < chunksOfRun; ;) {
      for (const event of events) {
        if (event.type !== 'log') continue;
        if (lines.length === mostLogLines) return { logs: listOf(lines), hasMoreLogs: true };
        lines.push(logLine(event));
      }
      const last = events.at(-1);
      if (isLast || last === undefined) return { logs: listOf(lines), hasMoreLogs: false };
      events = await chunks(found.id, last.seq, chunksOfRun);
      isLast = events.length === 0;
    }
  };

  return {
    row,
    run: async (tenant, id) => {
      const found = own(tenant, (await query<WholeRow>(wholeRow, [id], 'run'))[0]);
      if (found === undefined) return undefined;
      const logs = await logsOf(found, found.event_bodies);
      const artifacts = listOf(found.artifact_bodies);
      return storedRunOf(found, { ...logs, artifacts, queue: queueOf(found) });
    },
    list: async (asked) => {
      const items: StoredRun[] = [];
      let visited = 0;
      let chars = 0;
      let last: string | null = null;
      for (;;) {
        const cursor = last ?? asked.cursor;
        const { text, values, most } = rowsFor(
          cursor === undefined ? asked : { ...asked, cursor },
          besides,
        );
        const rows = await query<ShownRow>(text, values);
        for (const found of rows) {
          const isFull = items.length === asked.limit || chars > mostPageChars;
          if (isFull || visited++ === mostVisited) return { items, nextCursor: last };
          last = found.id;
          if (asked.status !== undefined && found.status !== asked.status) continue;
          if (asked.policy !== undefined && found.policy !== asked.policy) continue;
          const artifacts = listOf(found.artifact_bodies);
          const parts = { ...noParts, artifacts, hasMoreLogs: false, queue: queueOf(found) };
          const item = storedRunOf(found, parts);
          chars += item.json.length;
          items.push(item);
        }
        if (rows.length < most) return { items, nextCursor: null };
      }
    },
    events: (id, after) => chunks(id, after, chunksAtOnce),
    artifact: async (id, name) => {
      const text = 'SELECT body FROM artifacts WHERE run = $1 AND name = $2';
      const [found] = await query<Body>(text, [id, name], 'artifact');
      return found === undefined ? undefined : (JSON.parse(found.body) as Artifact);
    },
    files: async (id) => {
      // In one query, so that nothing is stored between both answers.
      const text = `SELECT status, ARRAY (SELECT artifacts.id FROM artifacts WHERE run = runs.id) AS known
        FROM runs WHERE id = $1`;
      const [found] = await query<{ status: string; known: string[] }>(text, [id], 'files');
      return { isRunning: found?.status === 'running', known: found?.known ?? [] };
    },
    network: async (id) => {
      const text = 'SELECT body FROM network WHERE run = $1 ORDER BY seq';
      return listOf((await query<Body>(text, [id], 'network')).map(({ body }) => body));
    },
    request: async (id) => {
      const [found] = await query<Body>(
        'SELECT body FROM requests WHERE run = $1',
        [id],
        'request',
      );
      return found === undefined ? null : (JSON.parse(found.body) as RunSpec);
    },
    tenants: (name) => query<TenantLoad>(busyTenants('$1::text'), [name], 'tenants'),
    running: (node) =>
      query(`SELECT ${columnsWithoutValue} FROM runs WHERE status = 'running' AND node = $1`, [
        node,
      ]),
    orphans: () =>
      query(
        `SELECT ${columnsWithoutValue} FROM runs WHERE status = 'running'
          AND NOT EXISTS (SELECT FROM nodes WHERE nodes.id = runs.node)`,
        [],
        'orphans',
      ),
    cancelled: async (nodes) => {
      const text = `SELECT id FROM runs WHERE status = 'running' AND node = ANY ($1) AND is_cancelled = 1`;
      return (await query<{ id: string }>(text, [nodes], 'cancelled')).map(({ id }) => id);
    },
    expired: (nowMs, most) =>
      query(
        `SELECT ${columnsWithoutValue} FROM runs JOIN (SELECT run, expires_ms FROM queue
            WHERE expires_ms <= $1 ORDER BY expires_ms, run LIMIT $2) AS due ON id = run
          ORDER BY expires_ms, id`,
        [nowMs, most],
      ),
    count: async (sql) => {
      const [found] = await query<{ found: string }>(sql);
      return Number(found?.found ?? 0);
    },
  };
}

function eventsOf(bodies: readonly string[], after: number): StoredEvent[] {
  return bodies.flatMap((body) => linesOf(body).map(readLine)).filter(({ seq }) => seq > after);
}

interface Body {
  readonly body: string;
}
