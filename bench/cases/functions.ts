import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ivm from 'isolated-vm';
import { until } from '../../test/shared/until.support.ts';
import { processTree, rssMb } from '../../test/service/processes.support.ts';
import { type Service, startService } from '../../test/service/service.support.ts';
import { rawIsolate } from '../floors.ts';
import { cpuMs, type Figure, quantile, time } from '../measure.ts';

const rounds = 5;
const oneByOne = 60;
const atOnce = 400;
const width = 8;
const idleFunctions = 300;

const unlimited = { perMinute: 10_000_000, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
const policy = { rate: unlimited, warm: 2, calls: { record: 'none' } };
const config = {
  logLevel: 'warn',
  queue: { concurrency: width },
  functions: { concurrency: width },
  policies: { isolates: { ...policy, reuse: 'tenant' }, contexts: { ...policy, reuse: 'context' } },
};

/** One way to have a function called. */
interface Way {
  readonly name: string;
  /** What calls have in common. */
  readonly shares: string;
  readonly call: () => Promise<void>;
  /** Processor time of all that serves it, in milliseconds. */
  readonly cpu: () => number;
}

/** P14: ways to call a function that adds one, in turns. */
export async function functionsCase(): Promise<Figure[]> {
  await using opened = new AsyncDisposableStack();
  const service = opened.use(await startService({ config }));
  const tree = (pid: number) => (): number =>
    processTree(pid).reduce((total, each) => total + cpuMs(each), 0);
  const calls = async (name: string, shares: string, of: string, body: object): Promise<Way> => {
    const url = new URL(`/v1/functions/${of}/invoke`, service.url);
    const client = opened.adopt(new Agent({ keepAlive: true }), (agent) => agent.destroy());
    const sent = JSON.stringify({ params: { n: 1 }, ...body });
    return {
      name,
      shares,
      cpu: tree(service.pid),
      call: () => post(url, client, sent, /"value":2\b/),
    };
  };
  const unused = await idle(service);
  for (const name of ['isolates', 'contexts']) await deploy(service, name, name);
  const ways: Way[] = [
    await calls('recorded, Prefer: wait', 'the process', 'isolates', { record: 'all' }),
    await calls('not recorded, a fresh isolate', 'the process', 'isolates', {}),
    await calls('not recorded, a fresh context', 'the isolate', 'contexts', {}),
    ...(await others(opened, tree)),
  ];
  const floors = {
    'floor B, a fresh isolate': rawIsolate,
    'raw isolated-vm, a fresh context': rawContext(),
  };
  const seen = new Map<string, Seen & { readonly rates: number[] }>();
  for (const { name, call } of ways) {
    await inLanes(5 * width, call);
    seen.set(name, { times: [], rates: [], cpu: [] });
  }
  const floor = new Map<string, Seen>(
    Object.keys(floors).map((name) => [name, { times: [], cpu: [] }]),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(floors)) {
      const { times, cpu } = floor.get(name) as Seen;
      const before = process.cpuUsage();
      times.push(...(await time(oneByOne, work)));
      const { user, system } = process.cpuUsage(before);
      cpu.push((user + system) / 1_000 / oneByOne);
    }
    for (const { name, call, cpu } of ways) {
      const figures = seen.get(name)!;
      figures.times.push(...(await time(oneByOne, call)));
      const [before, start] = [cpu(), performance.now()];
      await inLanes(atOnce, call);
      figures.rates.push((atOnce / (performance.now() - start)) * 1_000);
      figures.cpu.push((cpu() - before) / atOnce);
    }
  }
  const floorB = floor.get('floor B, a fresh isolate') as Seen;
  const [bMs, bCpu] = [quantile(floorB.times, 0.5), quantile(floorB.cpu, 0.5)];
  const figures: Figure[] = [];
  for (const [name, { times, cpu }] of floor) {
    figures.push(
      figure(`${name}: time`, 'ms', times),
      figure(`${name}: processor time`, 'ms', cpu),
    );
  }
  for (const { name, shares } of ways) {
    const { times, rates, cpu } = seen.get(name)!;
    const perCore = (1_000 / quantile(cpu, 0.5)).toFixed(0);
    const ofB = (value: number, b: number): string => `${(value / b).toFixed(2)} × floor B`;
    figures.push(
      figure(`P14: ${name}: time`, 'ms', times, ofB(quantile(times, 0.5), bMs)),
      figure(
        `P14: ${name}: processor time`,
        'ms',
        cpu,
        `${ofB(quantile(cpu, 0.5), bCpu)}; ${perCore} a second and core; calls share ${shares}`,
      ),
      figure(`P14: ${name}, ${width} at a time`, 'per s', rates),
    );
  }
  return [...figures, ...unused];
}

interface Seen {
  readonly times: number[];
  readonly cpu: number[];
}

function figure(name: string, unit: Figure['unit'], values: readonly number[], note = ''): Figure {
  return { name, unit, p50: quantile(values, 0.5), rounds: values.length, note };
}

const code = 'export default ({ n }) => n + 1';

async function deploy(service: Service, name: string, of: string): Promise<void> {
  const body = { code, policy: of };
  const { status, text } = await service.call('PUT', `/v1/functions/${name}`, { body });
  if (status >= 300) throw new Error(`${status} ${text}`);
}

/** A fresh context and one call in an isolate that stays. */
function rawContext(): () => void {
  const isolate = new ivm.Isolate({ memoryLimit: 128 });
  return () => {
    const context = isolate.createContextSync();
    const script = isolate.compileScriptSync('(function (a) { return a + 1 })');
    const call = script.runSync(context, { reference: true }) as ivm.Reference<
      (a: number) => number
    >;
    if (call.applySync(undefined, [1]) !== 2) throw new Error('wrong result');
    call.release();
    context.release();
  };
}

/** What functions that nobody calls take. */
async function idle(service: Service): Promise<Figure[]> {
  const memory = (): number =>
    processTree(service.pid).reduce((total, pid) => total + rssMb(pid), 0);
  const processes = processTree(service.pid).length;
  const before = memory();
  for (let n = 0; n < idleFunctions; n++) await deploy(service, `idle-${n}`, 'contexts');
  const more = memory() - before;
  const note = `${processTree(service.pid).length - processes} more processes`;
  return [
    {
      name: `${idleFunctions} functions that nobody calls: resident memory`,
      unit: 'MB',
      p50: more,
      rounds: 1,
      note,
    },
  ];
}

/** Other servers, where `WORKERD` and `DENO` name their programs: one global scope for all calls, and no box. */
async function others(
  opened: AsyncDisposableStack,
  tree: (pid: number) => () => number,
): Promise<Way[]> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-bench-'));
  opened.defer(() => rmSync(folder, { recursive: true }));
  const body = 'return Response.json({ value: (await request.json()).params.n + 1 })';
  writeFileSync(join(folder, 'worker.js'), `export default { async fetch(request) { ${body} } }`);
  const servers = [
    ['workerd', process.env['WORKERD'], (port: number) => workerd(folder, port)],
    [
      'deno serve',
      process.env['DENO'],
      (port: number) => ['serve', '--host=127.0.0.1', `--port=${port}`, join(folder, 'worker.js')],
    ],
  ] as const;
  const ways: Way[] = [];
  for (const [name, program, argumentsFor] of servers) {
    if (program === undefined) continue;
    const port = await freePort();
    const child = spawn(program, argumentsFor(port), { stdio: 'ignore' });
    opened.defer(async () => {
      child.kill('SIGKILL');
      await once(child, 'exit');
    });
    const client = opened.adopt(new Agent({ keepAlive: true }), (agent) => agent.destroy());
    const url = new URL(`http://127.0.0.1:${port}/`);
    const call = (): Promise<void> => post(url, client, '{"params":{"n":1}}', /"value":2\b/);
    await until(`${name} answers`, () =>
      call().then(
        () => true,
        () => false,
      ),
    );
    ways.push({ name, shares: 'the global scope', call, cpu: tree(child.pid ?? 0) });
  }
  return ways;
}

function workerd(folder: string, port: number): string[] {
  const file = join(folder, 'config.capnp');
  writeFileSync(
    file,
    `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker", esModule = embed "worker.js")],
  compatibilityDate = "2025-01-01",
);
`,
  );
  return ['serve', file];
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

function post(url: URL, agent: Agent, body: string, expected: RegExp): Promise<void> {
  const headers = { 'content-type': 'application/json', prefer: 'wait=60' };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => (text += chunk));
      response.on('error', reject);
      response.on('end', () => {
        if (expected.test(text)) resolve();
        else reject(new Error(`${response.statusCode} ${text}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function inLanes(total: number, work: () => Promise<unknown>): Promise<void> {
  let left = total;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: width }, lane));
}
