import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSandbox, type SandboxOptions } from '@castellan/sandbox';
import type { Figure } from '../measure.ts';

const Mi = 2 ** 20;
const attacks = join(import.meta.dirname, '../../test/attacks');
const report = readFileSync(join(attacks, 'weapons/report.js'), 'utf8');

interface Sample {
  readonly program: string;
  /** What the launcher is sent, in MB. */
  readonly megabytes: number;
  readonly options: SandboxOptions;
}

const node = { engine: 'node' } as const;
const network = { allow: ['127.0.0.1:8099'] };
const samples: readonly Sample[] = [
  { program: 'node-engine/a-23-frame-of-objects.js', megabytes: 100, options: node },
  { program: 'node-engine/a-25-arguments-of-objects.js', megabytes: 13, options: node },
  { program: 'node-engine/d-18-unsent-bodies.js', megabytes: 6, options: node },
  { program: 'node-engine/d-18-unsent-bodies.js', megabytes: 6, options: { ...node, network } },
  { program: 'node-engine/d-19-unsent-heads.js', megabytes: 120, options: node },
  { program: 'node-engine/d-19-unsent-heads.js', megabytes: 120, options: { ...node, network } },
  {
    program: 'node-engine/f-05-command-of-objects.js',
    megabytes: 30,
    options: { ...node, browser: true },
  },
  { program: 'd-exhaustion/47-value-of-objects.js', megabytes: 0.9, options: {} },
  { program: 'd-exhaustion/48-arguments-of-objects.js', megabytes: 0.9, options: {} },
];

/** P12: what boxes send to weigh on the launcher, which is this process, and what it weighs. */
export async function weightCase(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const sample of samples) figures.push(await weigh(sample));
  return figures;
}

async function weigh({ program, megabytes, options }: Sample): Promise<Figure> {
  const files = {
    'attack.js': readFileSync(join(attacks, program), 'utf8'),
    'report.js': report,
  };
  const limits = { wallMs: 20_000, cpuMs: 8_000, memoryBytes: 256 * Mi };
  const helpers = { echo: (value: unknown) => value };
  await using sandbox = await createSandbox({ ...options, limits, helpers, warm: 1 });
  const script = { entry: 'attack.js', files };
  // Code that has run before is what a launcher has.
  await sandbox.run('return 1');
  using strain = watch();
  const run = await sandbox.run(script, { params: { targets: { port: 8099 } } });
  const { cpuMs, stallMs, before, after } = strain.read();
  const sent = `${megabytes} MB for ${run.usage.cpuMs.toFixed(0)} ms of the script`;
  const cost = `stall ${stallMs.toFixed(0)} ms, memory ${before} → ${after} MB`;
  const reach = options.network === undefined ? '' : ', with a network';
  return {
    name: `P12: ${program}${reach}, processor time of the launcher`,
    unit: 'ms',
    p50: cpuMs,
    rounds: 1,
    note: `${sent}; ${cost}; ${run.reason ?? run.status}`,
  };
}

/** Watches this process: its own processor time, its longest stall, and the most memory. */
function watch(): Disposable & {
  read(): { cpuMs: number; stallMs: number; before: number; after: number };
} {
  const tickMs = 5;
  const megabytes = (): number => Math.round(process.memoryUsage.rss() / 1e6);
  const start = process.cpuUsage();
  const before = megabytes();
  let [last, stallMs, after] = [performance.now(), 0, before];
  const look = (): void => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last - tickMs);
    after = Math.max(after, megabytes());
    last = now;
  };
  const timer = setInterval(look, tickMs);
  return {
    read() {
      look();
      const { user, system } = process.cpuUsage(start);
      return { cpuMs: (user + system) / 1_000, stallMs, before, after };
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
