import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Call } from './client.support.ts';

/** What was found; every list of faults has to be empty. */
export interface Verdict {
  readonly accepted: number;
  /** Ended runs by status and reason. */
  readonly ended: Readonly<Record<string, number>>;
  readonly faults: readonly string[];
  /** The longest time between two starts of user code, in milliseconds. */
  readonly longestGapMs: number;
}

interface Row {
  readonly id: string;
  readonly tenant: string;
  readonly status: string;
  readonly reason: string | null;
  readonly attempt: number;
  readonly max_attempts: number;
  readonly value: string | null;
  readonly facts: string;
  readonly created_at: string;
  readonly started_at: string | null;
  readonly finished_at: string | null;
  readonly next_seq: number;
}

export interface Evidence {
  readonly data: string;
  readonly marks: string;
  /** Answers queries of the store's tables; left out: it is the file in the data folder. */
  readonly query?: (sql: string) => Promise<object[]>;
  /** Runs of one tenant at a time; not looked at where the clock jumped. */
  readonly runningCap?: number;
}

/**
 * Compares the clients' log and the witness's with the store that is left, in the manner of Jepsen:
 * what was accepted has ended, once; a key has one run; user code started no more often than it was
 * allowed to; a value is that of a start that really was; no time is negative; nothing is left over.
 */
export async function check(
  calls: readonly Call[],
  { data, marks, query, runningCap }: Evidence,
): Promise<Verdict> {
  using file = query === undefined ? openFile(data) : undefined;
  const all = query ?? (async (sql: string) => file?.prepare(sql).all() ?? []);
  const rows = (await all('SELECT * FROM runs')) as Row[];
  const faults: string[] = [];
  const byId = new Map(rows.map((row) => [row.id, row]));
  const marked = readFileSync(marks, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' '));
  const starts = startsOf(marked);
  const ended: Record<string, number> = {};

  for (const row of rows) {
    const how = row.reason === null ? row.status : `${row.status}/${row.reason}`;
    ended[how] = (ended[how] ?? 0) + 1;
    if (row.finished_at === null) faults.push(`${row.id} has not ended: ${row.status}`);
    if (row.attempt > row.max_attempts) faults.push(`${row.id} had ${row.attempt} attempts`);
    faults.push(...wrongTimes(row));
  }
  for (const { key, nonce, maxAttempts, ids } of calls) {
    if (ids.size > 1) faults.push(`key ${key} has the runs ${[...ids].join()}`);
    const tokens = starts.get(nonce) ?? [];
    if (tokens.length > maxAttempts) faults.push(`${nonce} was started ${tokens.length} times`);
    for (const id of ids) {
      const row = byId.get(id);
      if (row === undefined) faults.push(`${id} was accepted and is missing`);
      else if (row.status === 'succeeded') faults.push(...wrongValue(row, nonce, tokens));
    }
  }
  const known = new Set(calls.flatMap(({ ids }) => [...ids]));
  // A call that was never answered may have been accepted all the same, once.
  const unanswered = calls.filter(({ ids }) => ids.size === 0).length;
  const strangers = rows.filter(({ id }) => !known.has(id)).length;
  if (strangers > unanswered) faults.push(`${strangers} runs nobody asked for`);
  if (runningCap !== undefined) faults.push(...tooManyAtOnce(rows, runningCap));
  if (file !== undefined) faults.push(...damages(file));
  faults.push(...(await leftovers(all, data)));
  return { accepted: known.size, ended, faults, longestGapMs: longestGap(marked) };
}

/** Tokens of starts by nonce. */
function startsOf(marked: readonly string[][]): Map<string, string[]> {
  const starts = new Map<string, string[]>();
  for (const [nonce = '', token = ''] of marked) {
    starts.set(nonce, [...(starts.get(nonce) ?? []), token]);
  }
  return starts;
}

function longestGap(marked: readonly string[][]): number {
  const times = marked.map(([, , time]) => Number(time)).toSorted((a, b) => a - b);
  return Math.max(0, ...times.map((time, at) => (at === 0 ? 0 : time - (times[at - 1] ?? time))));
}

function wrongValue(row: Row, nonce: string, tokens: readonly string[]): string[] {
  const value = JSON.parse(row.value ?? 'null') as { nonce?: string; token?: string } | null;
  if (value?.nonce !== nonce) return [`${row.id} has the value of another run`];
  // The attempt that counts is the last that was started.
  return value.token === tokens.at(-1) ? [] : [`${row.id} has the value of another attempt`];
}

function wrongTimes({ id, facts, created_at, started_at, finished_at }: Row): string[] {
  const { timings } = JSON.parse(facts) as { timings: Record<string, number> };
  const negative = Object.entries(timings).filter(([, ms]) => ms < 0);
  const times = [created_at, started_at, finished_at].filter((time) => time !== null);
  const isSorted = times.every((time, at) => at === 0 || time >= (times[at - 1] ?? ''));
  return [
    ...negative.map(([name, ms]) => `${id} has ${name} ${ms}`),
    ...(isSorted ? [] : [`${id} ended before it began: ${times.join(', ')}`]),
  ];
}

/** Tenants of which more ran at a time than may, by the times of their last attempts. */
function tooManyAtOnce(rows: readonly Row[], cap: number): string[] {
  const tenants = Map.groupBy(rows, ({ tenant }) => tenant);
  return [...tenants].flatMap(([tenant, runs]) => {
    const steps = runs.flatMap(({ started_at: from, finished_at: to }) =>
      from === null || to === null
        ? []
        : [
            { at: from, by: 1 },
            { at: to, by: -1 },
          ],
    );
    let running = 0;
    let most = 0;
    // Within a millisecond the ends come first.
    for (const { by } of steps.toSorted((a, b) => a.at.localeCompare(b.at) || a.by - b.by)) {
      running += by;
      most = Math.max(most, running);
    }
    return most > cap ? [`${tenant} had ${most} runs at a time, and may have ${cap}`] : [];
  });
}

function openFile(data: string): DatabaseSync {
  return new DatabaseSync(join(data, 'castellan.sqlite'), { readOnly: true });
}

function damages(database: DatabaseSync): string[] {
  const found = database.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
  return found === 'ok' ? [] : [`the store is damaged: ${String(found)}`];
}

async function leftovers(all: (sql: string) => Promise<object[]>, data: string): Promise<string[]> {
  const artifacts = readdirSync(join(data, 'artifacts'), { recursive: true, withFileTypes: true });
  const ids = (await all('SELECT id FROM artifacts')) as { id: string }[];
  const recorded = new Set(ids.map(({ id }) => id));
  const faults = artifacts
    .filter((entry) => entry.isFile() && !recorded.has(entry.name))
    .map(({ name }) => `artifact ${name} has no record`);
  for (const [sql, what] of [
    ['SELECT run FROM queue', 'the queue is not empty'],
    [
      'SELECT id FROM runs LEFT JOIN requests ON run = id WHERE run IS NULL',
      'a run has lost its request',
    ],
    ['SELECT queued FROM totals WHERE queued <> 0', 'the total is wrong'],
    ['SELECT name FROM tenants WHERE running <> 0 OR queued <> 0', 'a tenant is said to have runs'],
  ] as const) {
    if ((await all(`${sql} LIMIT 1`)).length > 0) faults.push(what);
  }
  return faults;
}
