import { setTimeout as sleep } from 'node:timers/promises';
import { rssMb } from '../../test/service/processes.support.ts';
import { type Service, startService } from '../../test/service/service.support.ts';
import { cpuMs, type Figure } from '../measure.ts';

const Mi = 2 ** 20;
const rate = { perMinute: 10_000_000, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
const config = { logLevel: 'silent', policies: { default: { warm: 1, rate } } };
const json = { 'content-type': 'application/json' };

/** Values that are a few bytes each: what a parser pays most for. */
const empty = (bytes: number): string => `[${'{},'.repeat(Math.floor(bytes / 3) - 1)}0]`;
const entries = (count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, '']));

/** A kind of request, and how many of it are sent together. */
interface Weight {
  readonly name: string;
  readonly together: number;
  readonly send: (service: Service) => Promise<number>;
}

const post =
  (body: string) =>
  async (service: Service): Promise<number> => {
    const call = await fetch(new URL('/v1/runs', service.url), {
      method: 'POST',
      headers: json,
      body,
    }).catch(() => null);
    await call?.text();
    return call?.status ?? 0;
  };

const params = (bytes: number, more = ''): string =>
  `{"code":"return 1"${more},"params":${empty(bytes)}}`;
const raised = `,"limits":{"paramsBytes":${10 * Mi}}`;
const small = JSON.stringify({ code: '1', x: Array.from({ length: 20_000 }, () => ({})) });

const weights: readonly Weight[] = [
  { name: 'params of 1 MiB', together: 1, send: post(params(Mi)) },
  {
    name: 'params of 10 MiB, with the limit raised',
    together: 1,
    send: post(params(10 * Mi, raised)),
  },
  { name: 'the same twelve times', together: 12, send: post(params(10 * Mi, raised)) },
  { name: 'params of 1 MiB, twelve times', together: 12, send: post(params(Mi)) },
  {
    name: '10,000 labels',
    together: 1,
    send: post(JSON.stringify({ code: '1', labels: entries(10_000) })),
  },
  { name: '60 kB of an unknown field, fifty times', together: 50, send: post(small) },
];

/** What requests of a client cost the API: time, the longest stall of others, memory. */
export async function weightApiCase(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { name, together, send } of weights) {
    await using service = await startService({ config });
    figures.push(...(await weigh(name, service, together, () => send(service))));
  }
  for (const path of ['', '/events']) {
    await using service = await startService({ config });
    const { id } = await service.run({ code: source });
    const get = async (): Promise<number> =>
      (await service.call('GET', `/v1/runs/${id}${path}`)).status;
    figures.push(...(await weigh(`GET${path} of a value of 1 MiB, ten times`, service, 10, get)));
  }
  return figures;
}

const source = `return Array.from({ length: ${Math.floor(Mi / 3) - 10} }, () => ({}))`;

async function weigh(
  name: string,
  service: Service,
  together: number,
  send: () => Promise<number>,
): Promise<Figure[]> {
  for (let at = 0; at < 50; at++) await service.call('GET', '/healthz');
  const before = { cpu: cpuMs(service.pid), rss: rssMb(service.pid) };
  const probe = startProbe(service);
  const statuses = await Promise.all(Array.from({ length: together }, send));
  await sleep(200);
  const { stallMs, mostMb } = await probe();
  const note = `answered ${[...new Set(statuses)].join(', ')}`;
  const figure = (what: string, unit: Figure['unit'], p50: number): Figure => ({
    name: `${name}: ${what}`,
    unit,
    p50,
    rounds: together,
    note,
  });
  return [
    figure('processor time', 'ms', cpuMs(service.pid) - before.cpu),
    figure('longest stall', 'ms', stallMs),
    figure('memory before', 'MB', before.rss),
    figure('memory at most', 'MB', mostMb),
  ];
}

/** Asks for the health of the service on and on; its end tells the longest answer and the most memory. */
function startProbe(service: Service): () => Promise<{ stallMs: number; mostMb: number }> {
  const over = new AbortController();
  let stallMs = 0;
  let mostMb = 0;
  const asking = (async () => {
    while (!over.signal.aborted) {
      const start = performance.now();
      await service.call('GET', '/healthz');
      stallMs = Math.max(stallMs, performance.now() - start);
      mostMb = Math.max(mostMb, rssMb(service.pid));
      await sleep(2);
    }
  })();
  return async () => {
    over.abort();
    await asking;
    return { stallMs, mostMb };
  };
}
