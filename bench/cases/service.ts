import { createSandbox } from '@castellan/sandbox';
import { type Service, startService } from '../../test/service/service.support.ts';
import { processTree, rssMb } from '../../test/service/processes.support.ts';
import { cpuMs, type Figure, latency, quantile, time } from '../measure.ts';

const source = 'export default (params) => params + 1';
const rounds = 3;
const perRound = 200;
const manyRuns = 10_000;
const width = 8;

const unlimited = { perMinute: 10_000_000, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
const config = {
  logLevel: 'warn',
  queue: { concurrency: width },
  policies: { default: { reuse: 'tenant', warm: width, rate: unlimited } },
};

/** P4, P8 and the memory of a long life: the service beside the library, in turns. */
export async function serviceCase(): Promise<Figure[]> {
  await using sandbox = await createSandbox({ reuse: 'tenant', warm: width, concurrency: width });
  await using service = await startService({ config });
  const atRest = memoryOf(service);
  const library = async (): Promise<unknown> => sandbox.run(source, { params: 1, tenant: 'a' });
  const http = async (): Promise<unknown> => service.run({ code: source, params: 1 });
  await time(20, library);
  await time(20, http);
  const figures = [
    ...(await latencies(library, http)),
    ...(await throughputs(service, library, http)),
  ];
  const lines = await firstLines(service);
  const long = await longLife(service, atRest);
  return [...figures, lines, ...long];
}

async function latencies(
  library: () => Promise<unknown>,
  http: () => Promise<unknown>,
): Promise<Figure[]> {
  const own: number[] = [];
  const served: number[] = [];
  for (let round = 0; round < rounds; round++) {
    own.push(...(await time(perRound, library)));
    served.push(...(await time(perRound, http)));
  }
  const over = quantile(served, 0.5) - quantile(own, 0.5);
  return [
    latency('library, reuse tenant, one at a time', own),
    latency(
      'P4: Prefer: wait, one at a time',
      served,
      `${over.toFixed(2)} ms over the library (target 4)`,
    ),
  ];
}

async function throughputs(
  service: Service,
  library: () => Promise<unknown>,
  http: () => Promise<unknown>,
): Promise<Figure[]> {
  const own: number[] = [];
  const served: number[] = [];
  const cpu = { library: 0, service: 0 };
  for (let round = 0; round < rounds; round++) {
    const before = cpuOf(service);
    own.push(await perSecond(library));
    const between = cpuOf(service);
    served.push(await perSecond(http));
    const after = cpuOf(service);
    cpu.library += between.own - before.own;
    cpu.service += after.service - between.service;
  }
  const share = quantile(served, 0.5) / quantile(own, 0.5);
  const cost = (name: string, total: number, note: string): Figure => ({
    name: `${name}: processor time per run`,
    unit: 'ms',
    p50: total / (rounds * 4 * perRound),
    rounds,
    note,
  });
  const figure = (name: string, values: readonly number[], note: string): Figure => ({
    name,
    unit: 'per s',
    p50: quantile(values, 0.5),
    rounds: values.length,
    note,
  });
  return [
    figure(`library, reuse tenant, ${width} at a time`, own, ''),
    cost('library, reuse tenant', cpu.library, 'launcher and boxes'),
    cost(
      'P4: service',
      cpu.service,
      `API, launcher and boxes: ${(cpu.library / cpu.service).toFixed(2)} × the library's runs for the same processor time`,
    ),
    figure(
      `P4: Prefer: wait, ${width} at a time`,
      served,
      `${share.toFixed(2)} × the library (target 0.4)`,
    ),
  ];
}

/** Processor time of the service with all its processes, and of this program with its boxes. */
function cpuOf({ pid }: Service): { readonly own: number; readonly service: number } {
  const served = processTree(pid);
  const others = processTree(process.pid).filter((each) => !served.includes(each));
  const sum = (pids: readonly number[]): number =>
    pids.reduce((total, each) => total + cpuMs(each), 0);
  return { own: sum(others), service: sum(served) };
}

async function perSecond(work: () => Promise<unknown>): Promise<number> {
  const total = 4 * perRound;
  const start = performance.now();
  await inLanes(total, work);
  return (total / (performance.now() - start)) * 1_000;
}

async function inLanes(total: number, work: () => Promise<unknown>): Promise<void> {
  let left = total;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await work();
  };
  await Promise.all(Array.from({ length: width }, lane));
}

/** P8: from `console.log` to the line at a client of the event stream, by the clock of this machine. */
async function firstLines(service: Service): Promise<Figure> {
  const delays: number[] = [];
  for (let round = 0; round < 50; round++) {
    const code = "await new Promise((r) => setTimeout(r, 30)); console.log('line'); return 1";
    const { text } = await service.call('POST', '/v1/runs', { body: { code } });
    const { id } = JSON.parse(text) as { id: string };
    const response = await fetch(new URL(`/v1/runs/${id}/events`, service.url));
    const decoder = new TextDecoder();
    let stream = '';
    for await (const chunk of response.body ?? []) {
      stream += decoder.decode(chunk as Uint8Array, { stream: true });
      const line = /^data: (\{.*"type":"log".*\})$/m.exec(stream)?.[1];
      if (line === undefined) continue;
      delays.push(Date.now() - Date.parse((JSON.parse(line) as { time: string }).time));
      break;
    }
  }
  return latency('P8: console.log to the event stream', delays, 'target 5 ms; whole milliseconds');
}

async function longLife(service: Service, atRest: Memory): Promise<Figure[]> {
  const work = (): Promise<unknown> => service.run({ code: source, params: 1 });
  await inLanes(manyRuns / 5, work);
  const early = memoryOf(service);
  await inLanes((manyRuns * 4) / 5, work);
  const late = memoryOf(service);
  const row = (name: keyof Memory): Figure => ({
    name: `resident memory of the ${name} at rest`,
    unit: 'MB',
    p50: atRest[name],
    rounds: 1,
    note: `${early[name].toFixed(0)} MB after ${manyRuns / 5} runs, ${late[name].toFixed(0)} MB after ${manyRuns}`,
  });
  return [row('api'), row('launcher')];
}

interface Memory {
  readonly api: number;
  readonly launcher: number;
}

function memoryOf(service: Service): Memory {
  return { api: rssMb(service.pid), launcher: rssMb(launcherOf(service)) };
}

function launcherOf({ launcherPid }: Service): number {
  if (launcherPid === undefined) throw new Error('no launcher stands ready');
  return launcherPid;
}
