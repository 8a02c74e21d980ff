import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { openKeyAdmin, scopes } from '@castellan/server';
import { build } from 'esbuild';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** Whether the connection ended before the answer did. */
  readonly isCut: boolean;
}

interface Asked {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** A service with functions over HTTP, and a key of each tenant that a test names. */
export class Served implements AsyncDisposable {
  readonly service: Service;
  readonly url: URL;
  readonly #keys = new Map<string, string>();

  private constructor(service: Service, url: URL) {
    this.service = service;
    this.url = url;
  }

  static async start(config: object): Promise<Served> {
    await using starting = new AsyncDisposableStack();
    const service = starting.use(await startService({ config }));
    const find = (): string | undefined =>
      service.log.find((each) => each.includes('"functionsUrl":"http'));
    await until('the service has said where functions answer', () => find() !== undefined);
    const { functionsUrl } = JSON.parse(find() ?? '{}') as { functionsUrl: string };
    starting.move();
    return new Served(service, new URL(functionsUrl));
  }

  async bearer(tenant: string): Promise<{ readonly authorization: string }> {
    const known = this.#keys.get(tenant);
    if (known !== undefined) return { authorization: known };
    await using admin = await openKeyAdmin(this.service.data, null);
    const grant = { tenant, policies: ['default'], scopes, mayNameTenant: false, name: tenant };
    const { key } = await admin.create({ ...grant, expiresAt: null });
    this.#keys.set(tenant, `Bearer ${key}`);
    return { authorization: `Bearer ${key}` };
  }

  /** Deploys a function; throws for what is refused. */
  async deploy(tenant: string, name: string, code: string, more: object = {}): Promise<void> {
    const headers = await this.bearer(tenant);
    const body = { code, ...more };
    const { status, text } = await this.service.call('PUT', `/v1/functions/${name}`, {
      body,
      headers,
    });
    assert.ok(status === 201, text);
  }

  /** Asks the listener of functions; resolves with the head, and with the rest by `replyOf`. */
  async open(path: string, { method = 'GET', host, headers, body, signal }: Asked = {}) {
    const sent = request({
      hostname: this.url.hostname,
      port: this.url.port,
      path,
      method,
      agent: false,
      headers: { ...(host === undefined ? {} : { host }), ...headers },
      ...(signal === undefined ? {} : { signal }),
    });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return response;
  }

  async ask(path: string, asked: Asked = {}): Promise<Reply> {
    return replyOf(await this.open(path, asked));
  }

  /** Sends bytes as they are; resolves with all that comes back until the end of the connection. */
  async raw(text: string): Promise<string> {
    const socket = connect(Number(this.url.port), this.url.hostname);
    socket.write(text);
    let got = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (got += chunk));
    socket.on('error', () => undefined);
    await once(socket, 'close');
    return got;
  }

  async run(id: string, tenant: string) {
    const headers = await this.bearer(tenant);
    const { text } = await this.service.call('GET', `/v1/runs/${id}`, { headers });
    return JSON.parse(text) as {
      readonly status: string;
      readonly finishedAt: string | null;
      readonly error: { readonly message: string } | null;
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

export async function replyOf(response: IncomingMessage): Promise<Reply> {
  const { statusCode: status = 0, headers } = response;
  let text = '';
  let isCut = false;
  response.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
  response.on('error', () => (isCut = true));
  await new Promise<void>((resolve) => void response.once('close', resolve));
  return { status, headers, text, isCut: isCut || !response.complete };
}

/** A file of an application and the packages that it imports, as one script. */
export async function bundled(file: URL): Promise<string> {
  const entryPoints = [fileURLToPath(file)];
  const { outputFiles } = await build({ entryPoints, bundle: true, format: 'esm', write: false });
  return outputFiles[0]?.text ?? '';
}
