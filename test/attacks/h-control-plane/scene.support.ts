import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Service, startService } from '../../service/service.support.ts';

/** A service with a victim's run and function in it, and a thief who has a key of another tenant. */
export interface Scene extends AsyncDisposable {
  readonly service: Service;
  /** In the victim's value, log, artifact, label, environment, parameters, function, secret and key-value store, and nowhere else. */
  readonly canary: string;
  readonly victim: { readonly key: string; readonly runId: string };
  readonly thief: { readonly key: string };
  /** How often one address may ask without a key, in a minute. */
  readonly anonymousPerMinute: number;
  /** Sends what no client would, and notes what came back: everything that the thief got. */
  readonly send: (call: Call) => Promise<Got>;
}

export interface Call {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  readonly body?: string | Buffer;
  /** The address to come from; 127.0.0.1 by default. */
  readonly from?: string;
}

export interface Got {
  readonly status: number;
  /** Header and body. */
  readonly text: string;
  readonly body: string;
}

/** One way to attack; returns how many tries it made. */
export type Attack = (scene: Scene) => Promise<number>;

/** The name of the victim's function. */
export const victimFunction = 'billing';
/** The one that the victim has scheduled. */
export const victimSchedule = 'closing';
/** How many schedules the service lets a tenant have. */
export const schedulesPerTenant = 4;

/** A key of the victim's. */
export const victimKey = 'orders/1';

/** The name of the victim's secret. */
export const victimSecret = 'STRIPE_KEY';

export const submitBody = { code: 'return 1' };

const program = fileURLToPath(new URL('../../../packages/cli/dist/castellan.js', import.meta.url));
const anonymousPerMinute = 20;
/** Where the victim's webhook goes. */
const nowhere = { host: '127.9.9.9', range: '127.9.9.9/32', port: 7_999 } as const;

export function bearer(key: string): { readonly authorization: string } {
  return { authorization: `Bearer ${key}` };
}

export async function setScene(): Promise<{ readonly scene: Scene; readonly got: Got[] }> {
  const rate = { perMinute: 10_000, perAddressPerMinute: 10_000 };
  await using opened = new AsyncDisposableStack();
  const service = opened.use(
    await startService({
      config: {
        keys: { anonymousPolicy: 'playground' },
        schedules: { perTenant: schedulesPerTenant },
        webhooks: { policy: 'hooks' },
        policies: {
          default: { rate, kv: true },
          // Any host that is outside, and one address inside at which nothing listens.
          hooks: { network: { allow: ['*', `*:${nowhere.port}`], allowPrivate: [nowhere.range] } },
          playground: { rate: { perMinute: 10_000, perAddressPerMinute: anonymousPerMinute } },
        },
      },
      env: {
        CASTELLAN_LOG_LEVEL: 'trace',
        CASTELLAN_SECRETS_KEYS: randomBytes(32).toString('base64'),
      },
    }),
  );
  const got: Got[] = [];
  const send = async (call: Call): Promise<Got> => {
    const answer = await exchange(service.url, call);
    got.push(answer);
    return answer;
  };
  const canary = `canary-${randomBytes(12).toString('hex')}`;
  const [victimsKey, thiefKey] = [await newKey(service, 'victim'), await newKey(service, 'thief')];
  const { id } = await service.run(
    {
      code: `await kv.set(${JSON.stringify(victimKey)}, env.CANARY); console.log(env.CANARY); await artifacts.write('secret.txt', env.CANARY); return [env.CANARY, params]`,
      params: canary,
      env: { CANARY: canary },
      labels: { canary },
      webhook: { url: `http://${nowhere.host}:${nowhere.port}/${canary}` },
    },
    { ...bearer(victimsKey), 'idempotency-key': 'order-1' },
  );
  const deployed = await service.call('PUT', `/v1/functions/${victimFunction}`, {
    body: { code: `return ${JSON.stringify(canary)}`, description: canary },
    headers: bearer(victimsKey),
  });
  if (deployed.status !== 201) throw new Error(deployed.text);
  const kept = await service.call('PUT', `/v1/secrets/${victimSecret}`, {
    body: { value: canary, hosts: ['api.example.com'] },
    headers: bearer(victimsKey),
  });
  if (kept.status !== 201) throw new Error(kept.text);
  const scheduled = await service.call('PUT', `/v1/schedules/${victimSchedule}`, {
    body: { cron: '0 0 29 2 *', function: victimFunction, params: { canary } },
    headers: bearer(victimsKey),
  });
  if (scheduled.status !== 201) throw new Error(scheduled.text);
  const scene: Scene = {
    service,
    canary,
    victim: { key: victimsKey, runId: id },
    thief: { key: thiefKey },
    anonymousPerMinute,
    send,
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
  opened.move();
  return { scene, got };
}

async function newKey({ data }: Service, tenant: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    program,
    'keys',
    'create',
    '--data',
    data,
    '--tenant',
    tenant,
    '--json',
    ...['runs:write', 'runs:read', 'functions:write', 'secrets:write'].flatMap((scope) => [
      '--scope',
      scope,
    ]),
  ]);
  return (JSON.parse(stdout) as { key: string }).key;
}

function exchange(
  url: string,
  { method = 'GET', path, headers = {}, body, from }: Call,
): Promise<Got> {
  const { hostname, port } = new URL(url);
  const { promise, resolve, reject } = Promise.withResolvers<Got>();
  const source = from === undefined ? {} : { localAddress: from };
  // The path goes out as it is, without a parser of URLs to make it better.
  const options = { hostname, port, method, path, headers, agent: false, ...source };
  const sent = request(options, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk)).on('error', reject);
    response.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const head = JSON.stringify(response.headers);
      resolve({ status: response.statusCode ?? 0, text: head + text, body: text });
    });
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}
