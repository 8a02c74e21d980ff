import { backup } from 'node:sqlite';
import { type Clock, serviceTime } from '../../time/clock.ts';
import { contradictions } from '../contradictions.ts';
import { estimate } from '../mean.ts';
import { anything, type Store } from '../store.ts';
import { keepReading, lastReading } from './clock-row.ts';
import { type Commits, groupCommits } from './commits.ts';
import { countIn, openDatabase } from './database.ts';
import { fairQueue } from './fair-queue.ts';
import { ledger } from './ledger.ts';
import { positions } from './position.ts';
import { reader, readings } from './reader.ts';
import { submitter } from './submit.ts';
import { sweeper } from './sweep.ts';
import { transitions } from './transitions.ts';
import { isWorker, watchWorkers } from './workers.ts';

export interface SqliteOptions {
  /** Holds `castellan.sqlite`, which this process alone opens. */
  readonly folder: string;
  readonly clock: Clock;
  /** Runs that may wait in the queue, of all tenants together. */
  readonly queueLimit: number;
  /** Runs executed at a time, for estimates. */
  readonly capacity: number;
  /** How long a worker may be silent before its runs belong to nobody. */
  readonly leaseMs: number;
}

/** The store in one file. Throws `FolderInUseError` and `StoreTooNewError`. */
export function sqliteStore(options: SqliteOptions): Store {
  const { folder, clock, queueLimit, capacity, leaseMs } = options;
  const database = openDatabase(folder);
  const commits = groupCommits(database);
  const time = serviceTime(clock, lastReading(database));
  const queue = fairQueue(database);
  const estimateMs = (position: number) => estimate(queue.meanMs, position, capacity);
  const places = positions(database);
  const read = reader(database, places, estimateMs);
  const book = ledger(database);
  const { submit, enter } = submitter({
    database,
    queue,
    positions: places,
    read,
    time,
    queueLimit,
    estimateMs,
  });
  const change = transitions({ database, queue, ledger: book, read, time });
  const keep = keepReading(database);
  /** Runs of a process that has died: nobody else had the folder meanwhile. */
  const inherited = new Map(
    read.running().flatMap(({ id, lease, node }) => (isWorker(node) ? [] : [[id, lease]])),
  );
  /** Workers outlive the process that they speak to. */
  const workers = watchWorkers(leaseMs, () => clock.monotonic());
  const holders = (): string[] =>
    read.running().flatMap(({ node }) => (isWorker(node) ? node : []));
  workers.look(holders());
  // A process that died may have left it other than it is.
  database.exec(`UPDATE tenants SET running = (SELECT count(*) FROM runs
    WHERE status = 'running' AND tenant = name) WHERE running > 0`);

  return {
    ...readings(read),
    time,
    waiting: async () => queue.waiting(),
    get staleWrites() {
      return book.staleWrites;
    },
    get counts() {
      return commits.counts;
    },
    get fault() {
      return commits.fault;
    },
    submit: (submission) => commits.write(() => submit(submission)),
    take: (most, taker = anything) => last(commits, () => change.take(most(), taker)),
    renew: (fence) => commits.write(() => book.renew(fence)),
    append: (fence, batch) =>
      commits.write(
        () => change.append(fence, batch()),
        () => batch().ending === undefined,
      ),
    record: (ended) =>
      commits.write(() => {
        enter(ended);
        change.finish(ended);
      }),
    requeue: (fence, requeued) => commits.write(() => change.requeue(fence, requeued)),
    end: (fence, ending) => commits.write(() => change.end(fence, ending)),
    cancel: (tenant, id) => commits.write(() => change.cancel(tenant, id)),
    expire: async () =>
      queue.expired(time.nowMs(), 1).length === 0 ? [] : commits.write(change.expire),
    running: async () =>
      read
        .running()
        .filter(({ id, lease, node }) => !isWorker(node) && inherited.get(id) !== lease),
    held: async (worker) => read.running().filter(({ node }) => node === worker),
    beat: async (worker) => workers.beat(worker),
    orphans: async () =>
      inherited.size === 0 && !workers.haveDied
        ? []
        : read
            .running()
            .filter(({ id, lease, node }) =>
              isWorker(node) ? !workers.lives(node) : inherited.get(id) === lease,
            ),
    cancelled: async () => [],
    isSweeper: async () => true,
    copyTo: async (file) => void (await backup(database, file)),
    sweep: sweeper(database, commits, time),
    keepTime: () => {
      workers.look(holders());
      return commits.write(
        () => keep(time.read()),
        () => true,
      );
    },
    contradictions: () => contradictions(countIn(database)),
    [Symbol.asyncDispose]: async () => {
      commits.write(() => keep(time.read())).catch(() => undefined);
      commits[Symbol.dispose]();
      database.close();
    },
  };
}

/** Goes after the other writes of its transaction. */
function last<Result>(commits: Commits, work: () => Result): Promise<Result> {
  return new Promise((resolve, reject) => {
    commits
      .write(() => {
        commits.write(work).then(resolve, reject);
      })
      .catch(reject);
  });
}
