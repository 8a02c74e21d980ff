import type { Run } from '@castellan/protocol';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../shared/until.support.ts';
import { childrenOf, processTree } from './processes.support.ts';
import { end, launcherOf, spawnService, type Spawned } from './spawn.support.ts';

export interface ServiceOptions {
  /** What the config file holds: an object, or the text of a module. */
  readonly config?: object | string;
  readonly env?: Readonly<Record<string, string>>;
  /** The data folder of an earlier one. Left out: a new one, removed at the end. */
  readonly data?: string;
  /** Prefix of the command: `unshare …`. */
  readonly before?: readonly string[];
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/**
 * `castellan serve` in processes of its own, as an operator starts it. It can be stopped or killed,
 * and started again on the same port. Disposing of it kills it.
 */
export class Service implements AsyncDisposable {
  readonly data: string;
  readonly configFile: string;
  /** Lines of the log, of all its processes so far. */
  readonly log: string[] = [];
  readonly #spawn: (port: number) => Promise<Spawned>;
  readonly #folder: string;
  readonly #agent = new Agent({ keepAlive: true });
  #child: ChildProcess | undefined;
  #url = 'http://127.0.0.1:0';

  constructor(folder: string, options: ServiceOptions) {
    const { data = join(folder, 'data'), env, before, config = {} } = options;
    const isText = typeof config === 'string';
    const file = join(folder, isText ? 'castellan.config.ts' : 'castellan.config.json');
    mkdirSync(data, { recursive: true });
    writeFileSync(file, isText ? config : JSON.stringify(config));
    const onLine = (line: string): void => void this.log.push(line);
    this.#spawn = (port) => spawnService({ data, config: file, port, env, before, onLine });
    this.#folder = folder;
    this.data = data;
    this.configFile = file;
  }

  get url(): string {
    return this.#url;
  }

  /** The process that has the API and the store. */
  get pid(): number {
    return serverPid(this.#child?.pid ?? 0);
  }

  /** The process that makes boxes. Undefined while there is none. */
  get launcherPid(): number | undefined {
    return launcherOf(this.pid);
  }

  /** Everything that it has started and that still lives. */
  descendants(): number[] {
    return processTree(this.#child?.pid ?? 0).slice(1);
  }

  /** Starts it, the next time on the same port; resolves with the milliseconds until it listened. */
  async start(): Promise<number> {
    const since = performance.now();
    const { child, url } = await this.#spawn(Number(new URL(this.#url).port));
    this.#child = child;
    this.#url = url;
    return performance.now() - since;
  }

  /** Sends a signal and waits for the end of the process; resolves with its exit code. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    if (this.#child === undefined) return null;
    await end(this.#child, signal);
    this.#agent.destroy();
    return this.#child.exitCode;
  }

  call(
    method: string,
    path: string,
    { body, headers = {} }: { body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer> {
    const json = body === undefined ? undefined : JSON.stringify(body);
    const type = json === undefined ? {} : { 'content-type': 'application/json' };
    return new Promise((resolve, reject) => {
      const sent = request(
        new URL(path, this.url),
        { method, agent: this.#agent, headers: { ...type, ...headers } },
        (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => (text += chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
          );
        },
      );
      sent.on('error', reject);
      sent.end(json);
    });
  }

  /** Runs a script and waits for its end. Throws for an answer that is no run. */
  async run(body: object, headers: Readonly<Record<string, string>> = {}): Promise<Run> {
    const given = { body, headers: { prefer: 'wait=60', ...headers } };
    const { status, text } = await this.call('POST', '/v1/runs', given);
    if (status >= 300) throw new Error(`${status} ${text}`);
    let run = JSON.parse(text) as Run;
    await until(`${run.id} has ended`, async () => {
      if (run.finishedAt !== null) return true;
      run = JSON.parse((await this.call('GET', `/v1/runs/${run.id}`, { headers })).text) as Run;
      return run.finishedAt !== null;
    });
    return run;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts a service; resolves when it listens. Rejects with its output when it ends before that. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  const service = new Service(folder, options);
  try {
    await service.start();
    return service;
  } catch (error) {
    await service[Symbol.asyncDispose]();
    throw error;
  }
}

/** A prefix of the command stays as the parent of `node`. */
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
