import { createSandbox, type Sandbox } from '@castellan/sandbox';
import { setTimeout as wait } from 'node:timers/promises';
import { type Bundle, bareBundle, bareRuntimes } from '../bundle.ts';
import { type BareDocker, bareDocker } from '../docker.ts';
import { childrenOf, type Figure, latency, pssMb, quantile } from '../measure.ts';

const rounds = 10;
const script = 'export default (params) => params + 1';
const drivers = ['bubblewrap', 'oci', 'gvisor', 'docker'] as const;
const engines = ['isolate', 'node'] as const;

interface Kind {
  readonly isolation: (typeof drivers)[number];
  readonly engine: (typeof engines)[number];
}

/** Something that is timed: what it is called, how one round goes, and what it takes when idle. */
interface Subject {
  readonly name: string;
  readonly once: () => Promise<unknown>;
  readonly times: number[];
}

/**
 * P16: cold and warm runs and idle memory of each driver with each engine, beside Node in a bare runtime and in a
 * bare container: the same files, no filter or limit of ours, none of our code. All in turns.
 */
export async function driversCase(): Promise<Figure[]> {
  await using opened = new AsyncDisposableStack();
  const bundle = opened.use(await bareBundle());
  const docker = opened.use(await bareDocker());
  const figures: Figure[] = [];
  const bare = (name: string, once: () => Promise<unknown>): Subject => ({
    name: `${name} run, node -e 0: start to end`,
    once,
    times: [],
  });
  const subjects = [
    ...bareRuntimes.map((runtime) => bare(runtime, () => bundle.run(runtime))),
    bare('docker', () => docker.run()),
  ];
  for (const runtime of bareRuntimes) figures.push(await idleBundle(bundle, runtime));
  figures.push(await idleContainer(docker));
  for (const isolation of drivers) {
    for (const engine of engines) {
      figures.push(await idleBox({ isolation, engine }, docker));
      const open = (warm: number): Promise<Sandbox> =>
        createSandbox({ isolation, engine, warm, docker: { socket: docker.socket } });
      const [cold, warm] = [opened.use(await open(0)), opened.use(await open(1))];
      const name = `${isolation}, ${engine}`;
      subjects.push(
        { name: `${name}: cold box, start to result`, once: () => done(cold), times: [] },
        { name: `${name}: warm box`, once: () => done(warm), times: [] },
      );
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const { once, times } of subjects) {
      const start = performance.now();
      await once();
      times.push(performance.now() - start);
      // The next warm box is ready then, and nobody builds it while another is timed.
      await wait(600);
    }
  }
  const runc = quantile(subjects[0]?.times ?? [], 0.5);
  const ratio = (times: readonly number[]): string =>
    `${(quantile(times, 0.5) / runc).toFixed(2)} × runc run`;
  return [...subjects.map(({ name, times }) => latency(name, times, ratio(times))), ...figures];
}

async function done(sandbox: Sandbox): Promise<void> {
  const { reason, error } = await sandbox.run(script, { params: 1 });
  if (reason !== null) throw new Error(error?.message ?? reason);
}

async function idleBox({ isolation, engine }: Kind, docker: BareDocker): Promise<Figure> {
  const { socket, watchers } = docker;
  const processes = async (): Promise<number[]> =>
    isolation === 'docker' ? watchers() : childrenOf(process.pid);
  const before = new Set(await processes());
  await using sandbox = await createSandbox({ isolation, engine, warm: 3, docker: { socket } });
  const boxes = (await processes()).filter((pid) => !before.has(pid));
  return memory(`idle warm box: ${sandbox.driver}, ${engine}, PSS`, boxes.map(pssMb));
}

async function idleContainer({ idle, watchers }: BareDocker): Promise<Figure> {
  await using stack = new AsyncDisposableStack();
  for (let count = 0; count < 3; count++) stack.use(await idle());
  return memory('idle node in bare docker run, PSS', (await watchers()).map(pssMb));
}

async function idleBundle(bundle: Bundle, runtime: (typeof bareRuntimes)[number]): Promise<Figure> {
  const idle = await Promise.all([0, 1, 2].map(() => bundle.idle(runtime)));
  const all = idle.map(({ pid }) => pssMb(pid));
  for (const each of idle) await each[Symbol.asyncDispose]();
  return memory(`idle node in bare ${runtime}, PSS`, all);
}

function memory(name: string, all: readonly number[]): Figure {
  return { name, unit: 'MB', p50: quantile(all, 0.5), rounds: all.length };
}
