import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { childrenOf, processTree } from './processes.ts';
import { end, freePort, launcherOf, spawnService } from './spawn.ts';

const witness = new URL('witness.ts', import.meta.url).href;

/** Below what runs at a time in all, so that it is the cap that holds. */
const runningCap = Math.max(2, 4 * availableParallelism() - 2);

export interface ServerOptions {
  /** Options of the service over those of the tests. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** What stands before `node`, as in `unshare …`. */
  readonly before?: readonly string[];
  /** Where the data lie; a new folder without it. */
  readonly data?: string;
}

/** The real service in processes of its own, to be killed and started again on the same port. */
export interface Server extends AsyncDisposable {
  readonly url: string;
  readonly data: string;
  /** One line for each start of user code, written by the launcher's own helper. */
  readonly marks: string;
  /** Runs of one tenant at a time. */
  readonly runningCap: number;
  /** The process that has the API and the store. */
  readonly pid: number;
  /** The process that makes boxes. Undefined while there is none. */
  launcher(): number | undefined;
  /** Everything that this server has started and that still lives. */
  descendants(): number[];
  /** Starts it again; resolves with the milliseconds until it answered. */
  start(): Promise<number>;
  /** Ends the API with a signal, and waits for the end of its process. */
  kill(signal: NodeJS.Signals): Promise<void>;
  /** All that was logged, by all its processes so far. */
  readonly log: readonly string[];
}

export async function startServer(options: ServerOptions = {}): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-faults-'));
  const data = options.data ?? join(folder, 'data');
  const marks = join(folder, 'marks');
  const config = join(folder, 'castellan.config.ts');
  writeFileSync(marks, '');
  writeFileSync(config, configText(marks, options.config ?? {}));
  const port = await freePort();
  const log: string[] = [];
  const onLine = (line: string): void => void log.push(line);
  let child: ChildProcess;

  const start = async (): Promise<number> => {
    const since = performance.now();
    const { env, before } = options;
    ({ child } = await spawnService({ data, config, port, env, before, onLine }));
    return performance.now() - since;
  };
  const kill = (signal: NodeJS.Signals): Promise<void> => end(child, signal);

  await start();
  return {
    url: `http://127.0.0.1:${port}`,
    data,
    marks,
    runningCap,
    log,
    get pid() {
      return serverPid(child.pid ?? 0);
    },
    launcher: () => launcherOf(serverPid(child.pid ?? 0)),
    descendants: () => processTree(child.pid ?? 0).slice(1),
    start,
    kill,
    [Symbol.asyncDispose]: async () => {
      await kill('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function configText(marks: string, config: object): string {
  const policy = {
    warm: 1,
    maxAttempts: 3,
    rate: { perMinute: 1e6, perAddressPerMinute: 1e6, inFlight: 1_000 },
    queue: { running: runningCap, queued: 100_000 },
  };
  return `
    import { mark } from ${JSON.stringify(witness)};
    const policy = ${JSON.stringify(policy)};
    export default {
      logLevel: 'info',
      ...${JSON.stringify(config)},
      policies: { default: { ...policy, helpers: { mark: mark(${JSON.stringify(marks)}) } } },
    };`;
}

/** What stands before `node` in a command stays as its parent. */
function serverPid(pid: number): number {
  const isOurs = readLink(`/proc/${pid}/exe`) === process.execPath;
  return isOurs ? pid : (childrenOf(pid).map(serverPid)[0] ?? pid);
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
