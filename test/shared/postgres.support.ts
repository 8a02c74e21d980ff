import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';

/** Debian's PostgreSQL; scripts/setup installs it. */
const programs = '/usr/lib/postgresql/15/bin';
/** PostgreSQL does not run as root. */
const nobody = 65_534;

/** A server of a test, in a folder of its own, that listens on a socket in it and nowhere else. */
export interface Postgres extends AsyncDisposable {
  /** Makes a database, in which nothing is, with options of createdb; returns its URL. */
  makeDatabase(options?: readonly string[]): Promise<string>;
  /** What a query of the store's tables gives, read past the service. */
  read(url: string, sql: string): Promise<object[]>;
  /** Changes something past the service. */
  run(url: string, sql: string): Promise<void>;
  /** Ends the server by a signal, and waits for its end. */
  stop(signal?: 'SIGINT' | 'SIGQUIT'): Promise<void>;
  /** Starts it again on the same folder. */
  start(): Promise<void>;
  /** Its process; undefined while it is stopped. */
  readonly pid: number | undefined;
}

/** Starts a server. `isSynced`: commits wait for the disk, as they would in earnest. */
export async function startPostgres(isSynced = false): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-postgres-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(folder, nobody, nobody);
  const as = isRoot ? { uid: nobody, gid: nobody } : {};
  const run = async (program: string, args: readonly string[]): Promise<void> => {
    await promisify(execFile)(join(programs, program), args, { ...as, cwd: folder });
  };
  const data = join(folder, 'data');
  let server: ChildProcess | undefined;
  let made = 0;

  const start = async (): Promise<void> => {
    const sync = isSynced ? [] : ['-F'];
    const args = ['-D', data, '-k', folder, '-c', 'listen_addresses=', ...sync];
    const child = spawn(join(programs, 'postgres'), args, {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    const said: string[] = [];
    await new Promise<void>((resolve, reject) => {
      // Read to the end: a full pipe would stop the server.
      createInterface({ input: child.stderr }).on('line', (line) => {
        if (said.push(line) > 50) said.shift();
        if (line.includes('ready to accept connections')) resolve();
      });
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`PostgreSQL has ended: ${said.join('\n')}`)));
    });
  };
  const stop = async (signal: NodeJS.Signals = 'SIGINT'): Promise<void> => {
    const child = server;
    server = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  };

  await run('initdb', [
    '-D',
    data,
    '-U',
    'castellan',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ]);
  await start();
  return {
    start,
    stop,
    get pid() {
      return server?.pid;
    },
    makeDatabase: async (options = []) => {
      const name = `test${made++}`;
      await run('createdb', ['-h', folder, '-U', 'castellan', ...options, name]);
      return `postgres:///${name}?user=castellan&host=${encodeURIComponent(folder)}`;
    },
    read: async (url, sql) => {
      const whole = `SELECT coalesce(json_agg(found), '[]') FROM (${sql}) AS found`;
      const { stdout } = await promisify(execFile)(
        join(programs, 'psql'),
        ['-d', url.replace('postgres:///', 'postgresql:///'), '-tAc', whole],
        { env: { ...process.env, PGOPTIONS: '-c search_path=castellan' }, maxBuffer: 2 ** 28 },
      );
      return JSON.parse(stdout) as object[];
    },
    run: async (url, sql) => {
      const args = ['-d', url.replace('postgres:///', 'postgresql:///'), '-qc', sql];
      await promisify(execFile)(join(programs, 'psql'), args);
    },
    [Symbol.asyncDispose]: async () => {
      // As by a crash: nothing has to come to the disk that is removed next.
      await stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
