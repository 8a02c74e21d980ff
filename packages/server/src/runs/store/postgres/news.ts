import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'pg';
import type { Address } from '../../../storage/address.ts';
import { connect } from '../../../storage/connect.ts';

/**
 * Tells other processes which runs have news, and hears of theirs, on a connection of its own.
 *
 * A NOTIFY inside a transaction takes a lock of the whole database until the commit is on the disk,
 * so these go after the commits, many runs in one, and need no disk. What they say is only "look
 * again": a reader finds what is new by the number of the last event that it has seen.
 *
 *     channel   castellan_news
 *     payload   SENDER RUN,RUN,…
 */
export interface News extends AsyncDisposable {
  /** Called after the commit, with the runs that have news. */
  tell(runs: readonly string[]): void;
}

const channel = 'castellan_news';
/** A payload may have 8,000 bytes. */
const mostRuns = 180;
/** The least time between two notifications; what comes meanwhile goes into the next. */
const betweenMs = 10;
const firstPauseMs = 100;
const longestPauseMs = 2_000;

/** `onNews` hears of runs that others have written to; undefined: of any, since some may be lost. */
export function announcer(
  address: Address,
  onNews: (runs: readonly string[] | undefined) => void,
): News {
  const sender = randomUUID();
  const untold = new Set<string>();
  const stop = new AbortController();
  let client: Client | undefined;
  let telling: Promise<void> | undefined;

  const hear = (payload: string): void => {
    const [from, runs = ''] = payload.split(' ');
    if (from !== sender) onNews(runs.split(','));
  };
  const open = async (): Promise<void> => {
    const ended = Promise.withResolvers<void>();
    const opened = await connect(address, 'pg_catalog', ended.resolve);
    opened.on('notification', ({ payload = '' }) => hear(payload));
    try {
      await opened.query(`SET synchronous_commit = off; LISTEN ${channel}`);
      client = opened;
      onNews(undefined);
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
  const tellAll = async (): Promise<void> => {
    const connected = (): Client | undefined => (untold.size > 0 ? client : undefined);
    for (let to = connected(); to !== undefined; to = connected()) {
      const runs = [...untold].slice(0, mostRuns);
      for (const run of runs) untold.delete(run);
      // Whoever misses one looks again when it has connected anew.
      await to
        .query({
          name: 'tell',
          text: 'SELECT pg_notify($1, $2)',
          values: [channel, `${sender} ${runs.join()}`],
        })
        .catch(() => undefined);
      await sleep(betweenMs);
    }
    telling = undefined;
  };
  const keeping = keep();

  return {
    tell: (runs) => {
      // Without a connection nobody is told; the others look again when they hear of us next.
      if (client === undefined) return;
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
