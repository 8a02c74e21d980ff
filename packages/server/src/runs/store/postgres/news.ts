import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Address } from '../../../storage/address.ts';
import { connect } from '../../../storage/connect.ts';

/**
 * Tells other services which runs have news, and hears of theirs, on a connection of its own.
 *
 * A NOTIFY inside a transaction takes a lock of the whole database until the commit is on the disk,
 * so these go after the commits, many runs in one, and need no disk. What they say is only "look
 * again": a reader finds what is new by the number of the last event that it has seen. Whoever could
 * not tell, or not hear, for a while takes it that any run may have news.
 *
 *     channel   castellan_news
 *     payload   SENDER + RUN,RUN,…      runs wait in the queue, too
 *               SENDER - RUN,RUN,…      none does
 *               SENDER + *              any run may have news
 */
export interface Announcer extends AsyncDisposable {
  /** Called after the commit, with the runs that have news, and whether any wait in the queue. */
  tell(runs: readonly string[], areWaiting: boolean): void;
}

/** What was heard of others. */
export interface News {
  /** Runs that they have written to; undefined: any, since some news may be lost. */
  readonly runs: readonly string[] | undefined;
  /** There may be a run to take. */
  readonly areWaiting: boolean;
}

const channel = 'castellan_news';
/** A payload may have 8,000 bytes. */
const mostRuns = 180;
/** The least time between two notifications; what comes meanwhile goes into the next. */
const betweenMs = 10;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

export function announcer(address: Address, onNews: (news: News) => void): Announcer {
  const sender = randomUUID();
  const untold = new Set<string>();
  let areWaiting = false;
  /** News that nobody was told of: the connection was broken. */
  let isAnyUntold = false;
  const stop = new AbortController();
  let client: Client | undefined;
  let telling: Promise<void> | undefined;

  const hear = (payload: string): void => {
    const [from, waiting, runs = ''] = payload.split(' ');
    if (from === sender) return;
    onNews({ runs: runs === '*' ? undefined : runs.split(','), areWaiting: waiting === '+' });
  };
  const open = async (): Promise<void> => {
    const ended = Promise.withResolvers<void>();
    const opened = await connect(address, 'pg_catalog', ended.resolve);
    opened.on('notification', ({ payload = '' }) => hear(payload));
    try {
      await opened.query(`SET synchronous_commit = off; LISTEN ${channel}`);
      client = opened;
      onNews({ runs: undefined, areWaiting: true });
      if (isAnyUntold || untold.size > 0) telling ??= tellAll();
      if (!stop.signal.aborted) await ended.promise;
    } finally {
      client = undefined;
      opened.end().catch(() => undefined);
    }
  };
  /** Keeps the connection open. */
  const keep = async (): Promise<void> => {
    for (let pauseMs = firstPauseMs; !stop.signal.aborted;) {
      const isOpened = await open().then(
        () => true,
        () => false,
      );
      pauseMs = isOpened ? firstPauseMs : Math.min(2 * pauseMs, longestPauseMs);
      await sleep(pauseMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  };
  const nextPayload = (): string => {
    if (isAnyUntold) {
      isAnyUntold = false;
      untold.clear();
      return `${sender} + *`;
    }
    const runs = [...untold].slice(0, mostRuns);
    for (const run of runs) untold.delete(run);
    return `${sender} ${areWaiting ? '+' : '-'} ${runs.join()}`;
  };
  const tellAll = async (): Promise<void> => {
    const connected = (): Client | undefined =>
      untold.size > 0 || isAnyUntold ? client : undefined;
    for (let to = connected(); to !== undefined; to = connected()) {
      const values = [channel, nextPayload()];
      await to
        .query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values })
        .catch(() => (isAnyUntold = true));
      await sleep(betweenMs);
    }
    telling = undefined;
  };
  const keeping = keep();

  return {
    tell: (runs, waiting) => {
      if (runs.length === 0) return;
      areWaiting = waiting;
      if (client === undefined) {
        isAnyUntold = true;
        return;
      }
      for (const run of runs) untold.add(run);
      telling ??= tellAll();
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await telling;
      await client?.end().catch(() => undefined);
      await keeping;
    },
  };
}
