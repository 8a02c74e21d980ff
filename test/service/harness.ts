import type { Run } from '@castellan/protocol';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { end, launcherOf, spawnService } from './spawn.ts';

export interface ServiceOptions {
  /** What `castellan.config.json` holds. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** 0 takes a free one. */
  readonly port?: number;
  /** The data folder of an earlier one. Left out: a new one, removed at the end. */
  readonly data?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** `castellan serve` in a process of its own, as an operator starts it. Disposing of it kills it. */
export class Service implements AsyncDisposable {
  readonly url: string;
  readonly data: string;
  /** Lines of its log so far. */
  readonly log: readonly Readonly<Record<string, unknown>>[];
  readonly #child: ChildProcess;
  readonly #folder: string | undefined;
  readonly #agent = new Agent({ keepAlive: true });

  constructor(
    child: ChildProcess,
    url: string,
    data: string,
    log: Service['log'],
    folder?: string,
  ) {
    this.#child = child;
    this.url = url;
    this.data = data;
    this.log = log;
    this.#folder = folder;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The launcher's process now; undefined while there is none. */
  get launcherPid(): number | undefined {
    return launcherOf(this.pid);
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
    while (run.finishedAt === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      run = JSON.parse((await this.call('GET', `/v1/runs/${run.id}`, { headers })).text) as Run;
    }
    return run;
  }

  /** Sends a signal and waits for the end; the data folder stays. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    await end(this.#child, signal);
    this.#agent.destroy();
    return this.#child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop('SIGKILL');
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Starts one; resolves when it listens, and throws what it said when it does not come to that. */
export async function startService(options: ServiceOptions = {}): Promise<Service> {
  const folder =
    options.data === undefined ? mkdtempSync(join(tmpdir(), 'castellan-test-')) : undefined;
  const data = options.data ?? join(folder ?? '', 'data');
  mkdirSync(data, { recursive: true });
  const config = join(data, 'test.config.json');
  writeFileSync(config, JSON.stringify(options.config ?? {}));
  const log: Record<string, unknown>[] = [];
  const { port = 0, env } = options;
  const onLine = (line: string): void => void log.push(readLine(line));
  const starting = spawnService({ data, config, port, env, onLine });
  const { child, url } = await starting.catch((error: unknown) => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    throw error;
  });
  return new Service(child, url, data, log, folder);
}

function readLine(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return { text: line };
  }
}
