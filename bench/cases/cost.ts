import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Service, startService } from '../../test/service/service.support.ts';
import { processTree } from '../../test/service/processes.support.ts';
import { type Postgres, startPostgres } from '../../test/shared/postgres.support.ts';
import { type Figure, quantile } from '../measure.ts';

const rounds = 3;
const perRound = 100;
const width = 4;

const unlimited = { perMinute: 10_000_000, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
/** A script that does nothing: what is left is the price of a run. */
const policies = {
  never: { rate: unlimited, warm: width },
  tenant: { rate: unlimited, warm: width, reuse: 'tenant' },
  node: { rate: unlimited, warm: width, engine: 'node' },
};
const config = { logLevel: 'warn', queue: { concurrency: width }, policies };
type Policy = keyof typeof policies;

/** P17: what a run costs, and where: by policy with files, and by store. In turns. */
export async function costCase(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-cost-'));
  try {
    await using server = await startPostgres(true);
    const url = await server.makeDatabase();
    await using files = await startService({ config });
    await using database = await startService({ config, env: { CASTELLAN_STORE: url } });
    const subjects: readonly Subject[] = [
      ...(['never', 'tenant', 'node'] as const).map((policy) => ({
        name: `files, ${{ never: 'a box a run', tenant: 'a box a tenant', node: 'full Node' }[policy]}`,
        service: files,
        policy,
        books: () => booksOfFiles(files),
      })),
      {
        name: 'PostgreSQL, a box a tenant',
        service: database,
        policy: 'tenant',
        books: () => booksOfDatabase(server, url),
      },
    ];
    for (const subject of subjects) await many(subject, perRound / 2);
    const spent = subjects.map((): Spent[] => []);
    for (let round = 0; round < rounds; round++) {
      for (const [at, subject] of subjects.entries()) spent[at]?.push(await price(subject));
    }
    return subjects.flatMap(({ name }, at) => figures(name, spent[at] ?? []));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Subject {
  readonly name: string;
  readonly service: Service;
  readonly policy: Policy;
  readonly books: () => Promise<Books>;
}

/** What the store has cost so far. */
interface Books {
  readonly databaseMs: number;
  readonly bytes: number;
}

interface Spent extends Books {
  readonly apiMs: number;
  readonly launcherMs: number;
  readonly boxesMs: number;
  readonly commits: number;
}

async function price(subject: Subject): Promise<Spent> {
  const before = await spentBy(subject);
  await many(subject, perRound);
  const after = await spentBy(subject);
  const a = (name: keyof Spent): number => (after[name] - before[name]) / perRound;
  return {
    apiMs: a('apiMs'),
    launcherMs: a('launcherMs'),
    boxesMs: a('boxesMs'),
    commits: a('commits'),
    databaseMs: a('databaseMs'),
    bytes: a('bytes'),
  };
}

async function many({ service, policy }: Subject, count: number): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) {
      const { status, error } = await service.run({ code: 'return params', params: 1, policy });
      if (status !== 'succeeded') throw new Error(`${policy}: ${status} ${error?.message}`);
    }
  };
  await Promise.all(Array.from({ length: width }, lane));
}

async function spentBy({ service, books }: Subject): Promise<Spent> {
  const { text } = await service.call('GET', '/metrics');
  const commits = Number(/^castellan_store_commits_total (\d+)$/m.exec(text)?.[1] ?? NaN);
  const { pid, launcherPid = 0 } = service;
  const boxes = processTree(launcherPid)
    .slice(1)
    .map((each) => ownMs(each))
    .map(({ self, ended }) => self + ended);
  return {
    ...(await books()),
    apiMs: ownMs(pid).self,
    launcherMs: ownMs(launcherPid).self,
    // Those that live, and those that have ended and were waited for.
    boxesMs: boxes.reduce((sum, each) => sum + each, 0) + ownMs(launcherPid).ended,
    commits,
  };
}

/** Processor time of a process itself, and of its children that have ended. */
function ownMs(pid: number): { readonly self: number; readonly ended: number } {
  let text = '';
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    // It has ended since the list was made: its time is its parent's next.
    return { self: 0, ended: 0 };
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
  return { self: (user + system) * 10, ended: (childUser + childSystem) * 10 };
}

async function booksOfFiles({ pid }: Service): Promise<Books> {
  const io = readFileSync(`/proc/${pid}/io`, 'latin1');
  return { databaseMs: 0, bytes: Number(/^write_bytes: (\d+)$/m.exec(io)?.[1] ?? NaN) };
}

/** What the server has written to its log, from which everything else can be made again. */
async function booksOfDatabase(server: Postgres, url: string): Promise<Books> {
  const query = "SELECT pg_current_wal_lsn() - '0/0' AS bytes";
  const [row] = (await server.read(url, query)) as { readonly bytes: number }[];
  const processes = processTree(server.pid ?? 0);
  const databaseMs = processes.reduce((sum, each) => sum + ownMs(each).self, 0);
  return { databaseMs: databaseMs + ownMs(server.pid ?? 0).ended, bytes: Number(row?.bytes) };
}

function figures(name: string, spent: readonly Spent[]): Figure[] {
  const middle = (of: keyof Spent): number =>
    quantile(
      spent.map((each) => each[of]),
      0.5,
    );
  const row = (what: string, of: keyof Spent, unit: Figure['unit'], divisor = 1): Figure => ({
    name: `P17: ${name}: ${what}`,
    unit,
    p50: middle(of) / divisor,
    rounds: spent.length,
  });
  return [
    row('processor time of the API', 'apiMs', 'ms'),
    row('of the launcher', 'launcherMs', 'ms'),
    row('of boxes', 'boxesMs', 'ms'),
    ...(middle('databaseMs') > 0 ? [row('of the database', 'databaseMs', 'ms')] : []),
    row('written for the store', 'bytes', 'KB', 1_000),
    row('commits', 'commits', '×'),
  ];
}
