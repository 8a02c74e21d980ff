import assert from 'node:assert/strict';
import type { DriverName } from '@castellan/protocol';
import {
  createSandbox,
  type Limits,
  type Run,
  type RunEvent,
  type Sandbox,
  type SandboxOptions,
} from '@castellan/sandbox';
import type { Attack } from './attack.support.ts';
import { withoutSeatBelt } from './bare.support.ts';
import type { Canaries } from './canaries.support.ts';
import { attackHelpers } from './helpers.support.ts';
import { holdings, survivors } from '../../packages/sandbox/src/drivers/fixtures/leftovers.ts';
import { buildNative } from './native/native.support.ts';
import { leaksIn, prototypeKeys } from './oracle.support.ts';
import { patience } from '../shared/patience.support.ts';
import { openSite, type Site } from './site.support.ts';
import { watchLauncher } from './watch.support.ts';

/** The walls that are up while a program runs. */
export interface Walls {
  readonly isolation: DriverName;
  readonly reuse: 'never' | 'tenant';
  /** `isolate` when left out. */
  readonly engine?: 'node';
  /** Node's own permissions are off, and the runner is gone from its process. */
  readonly isBare?: true;
  /** The socket of a Docker daemon. */
  readonly docker?: string;
}

/** A box for one program. */
export const servesOnce: Walls = { isolation: 'bubblewrap', reuse: 'never' };

/** A box that serves its tenant again after the program. */
export const servesAgain: Walls = { isolation: 'bubblewrap', reuse: 'tenant' };

export const wallsUp: readonly Walls[] = [servesOnce, servesAgain];

/** All of Node in the script's hands, and the box around it. */
export const nodeInABox: Walls = { isolation: 'bubblewrap', reuse: 'never', engine: 'node' };

/** The same with nothing but the box in the way. */
export const bareNodeInABox: Walls = { ...nodeInABox, isBare: true };

/** Nothing but the isolate, in a process that serves its tenant again. */
export const isolateAlone: Walls = { isolation: 'none', reuse: 'tenant' };

/** The sets of walls that a driver can put around the programs of each engine. */
export function wallsBy(isolation: DriverName): {
  readonly isolate: Walls;
  readonly node: readonly Walls[];
} {
  const isolate: Walls = { isolation, reuse: 'never' };
  return {
    isolate,
    node: [
      { ...isolate, engine: 'node' },
      { ...isolate, engine: 'node', isBare: true },
    ],
  };
}

export function wallsText({ isolation, reuse, engine, isBare }: Walls): string {
  return `${isolation}, ${engine === undefined ? '' : `engine ${engine}${isBare === true ? ' without its seat belt' : ''}, `}reuse ${reuse}`;
}

const Mi = 2 ** 20;
/** Processor time runs out long before the clock does, also on a machine with other things to do. */
const limits = { wallMs: 4_000, cpuMs: 600, memoryBytes: 64 * Mi, outputBytes: 256 * 1_024 };
/** How much more time the same takes where a system call is answered in a process of its own. */
const slowness: Partial<Record<DriverName, { readonly wall: number; readonly cpu: number }>> = {
  gvisor: { wall: 5, cpu: 2 },
};

/** With slow walls, more time to come to the same end. */
function slowed(all: typeof limits & Partial<Limits>, { isolation }: Walls): Partial<Limits> {
  const { wall, cpu } = slowness[isolation] ?? { wall: 1, cpu: 1 };
  return { ...all, wallMs: all.wallMs * wall * patience, cpuMs: all.cpuMs * cpu * patience };
}

/** What a launcher may need for a program of at most `limits`, whatever the program does. */
const maxRssGrowthBytes = 200 * Mi;
const maxStallMs = 1_000 * patience;

const victim = `
  const bytes = new TextEncoder().encode(params.secret.repeat(1000));
  globalThis.kept = params.secret; Object.prototype.kept = params.secret; setInterval(() => {}, 1);
  return bytes.length`;
const next = `
  return { sum: await echo(1) + echoSync(1), kept: typeof kept, polluted: typeof {}.polluted }`;

/** What a program asks of its sandbox. Those that ask for the same can be performed on one stage. */
export type Asked = Pick<Attack, 'modules' | 'network' | 'browser' | 'site' | 'native'>;

/** A sandbox behind the walls, on which programs are performed one after the other. */
export interface Stage {
  /** Runs one program and asks the oracle. Throws when anything got through. */
  perform(attack: Attack): Promise<Run>;
  /** Closes the sandbox. Throws when it leaves anything behind. */
  close(): Promise<void>;
}

/** Opens a stage, on which another tenant has left the canary. */
export async function openStage(asked: Asked, walls: Walls, canaries: Canaries): Promise<Stage> {
  await using opened = new AsyncDisposableStack();
  const site = asked.site === true ? opened.use(await openSite(canaries.values.secret)) : undefined;
  const native = asked.native === true ? opened.use(await buildNative()) : undefined;
  const prototypes = prototypeKeys();
  const before = holdings();
  let visits = canaries.connections();
  const seen = new Set<string>();
  const { isBare = false, docker, ...options } = walls;
  const network = site === undefined ? asked.network : toSite(site, canaries);
  const sandbox = opened.use(
    await createSandbox({
      ...options,
      ...(isBare ? { childProcesses: true } : {}),
      ...(docker === undefined ? {} : { docker: { socket: docker } }),
      limits,
      ...(asked.modules === undefined ? {} : { modules: asked.modules }),
      ...(network === undefined ? {} : { network }),
      ...(asked.browser === true ? { browser: true } : {}),
      ...(native === undefined ? {} : { nodeModules: native.folder }),
      helpers: attackHelpers(canaries),
    }),
  );
  await runVictim(sandbox, canaries, slowed(limits, walls));
  const targets = { ...canaries.targets, site: site?.port };
  const parts = opened.move();
  const assertNoVisitor = (): void => {
    const more = canaries.connections() - visits;
    visits += more;
    assert.equal(more, 0, 'the listener had a visitor');
  };
  return {
    async perform(attack) {
      using watch = watchLauncher();
      const run = await runAttack(sandbox, attack, { canaries, walls, targets });
      const { rssGrowthBytes, stallMs, processes } = watch.strain();
      for (const line of processes) if (!before.includes(line)) seen.add(line);
      await runNext(sandbox, slowed(limits, walls));
      assert.deepEqual(prototypeKeys(), prototypes, "the launcher's prototypes have changed");
      assertNoVisitor();
      const grown = `the launcher grew by ${Math.round(rssGrowthBytes / Mi)} MiB`;
      assert.ok(rssGrowthBytes < maxRssGrowthBytes, grown);
      const stalled = `the launcher's loop stood still for ${Math.round(stallMs)} ms`;
      assert.ok(stallMs < maxStallMs, stalled);
      return run;
    },
    async close() {
      try {
        await sandbox[Symbol.asyncDispose]();
        assertNoVisitor();
        assert.deepEqual(holdings(), before, 'something is left behind');
        assert.deepEqual(survivors(seen), [], 'processes outlive their run');
      } finally {
        await parts.disposeAsync();
      }
    },
  };
}

/** Nothing but the site, at a name and an address, and a secret that goes to the address alone. */
function toSite({ port }: Site, { values }: Canaries): SandboxOptions['network'] {
  const host = `127.0.0.1:${port}`;
  return {
    allow: [host, `localhost:${port}`],
    allowPrivate: ['127.0.0.0/8', '::1/128'],
    secrets: { '{{bound}}': { value: values.secret, hosts: [host] } },
  };
}

async function runVictim(
  sandbox: Sandbox,
  { values }: Canaries,
  within: Partial<Limits>,
): Promise<void> {
  const params = { secret: values.tenant };
  const run = await sandbox.run(victim, { params, tenant: 'victim', limits: within });
  assert.equal(run.status, 'succeeded', `the victim's run: ${run.error?.message}`);
}

interface Surroundings {
  readonly canaries: Canaries;
  readonly walls: Walls;
  readonly targets: object;
}

async function runAttack(
  sandbox: Sandbox,
  attack: Attack,
  { canaries, walls, targets }: Surroundings,
): Promise<Run> {
  const { source, before, env = {}, tries } = attack;
  const { ends: others = [], reaches } = attack.except?.[walls.isolation] ?? {};
  const ends = [...attack.ends, ...others];
  const tenant = 'attacker';
  const params = { ...attack.params, targets };
  const within = slowed({ ...limits, ...attack.limits }, walls);
  if (before !== undefined) await sandbox.run(before, { tenant, params, limits: within });
  const given = walls.isBare === true ? withoutSeatBelt(attack, params) : source;
  const handle = sandbox.run(given, { params, tenant, env, limits: within });
  const events: RunEvent[] = [];
  for await (const event of handle) events.push(event);
  const run = await handle;
  const told = `${run.status} ${run.reason} ${short(run.error?.message)} ${short(JSON.stringify(run.value))}`;
  assert.ok(ends.includes(run.reason), `it ended ${told}, not ${ends.join(' or ')}`);
  const binaries = run.artifacts.map(({ name }) =>
    Buffer.from(handle.artifact(name) ?? []).toString('latin1'),
  );
  const all = [JSON.stringify(run), JSON.stringify(events), ...binaries].join('\n');
  assert.deepEqual(
    leaksIn(all, canaries, walls.engine === 'node'),
    [],
    `the host shows in the run: ${told}`,
  );
  // A program that was ended has made no report.
  if (tries !== undefined && run.reason === null) {
    assertNothingReached(run, tries, reaches);
  }
  attack.check?.(run, (name) => handle.artifact(name));
  return run;
}

/** The report that `plunder.js` makes: the program got nothing, and it did try. */
function assertNothingReached({ value }: Run, tries: number, own?: RegExp): void {
  const { tried, reached } = value as { tried: number; reached: string[] };
  const found = reached.filter((each) => own?.test(each) !== true);
  assert.deepEqual(found, [], 'the program reached something');
  assert.ok(tried >= tries, `the program tried ${tried} values only, not ${tries}`);
}

async function runNext(sandbox: Sandbox, within: Partial<Limits>): Promise<void> {
  const ran = await sandbox.run(next, { tenant: 'attacker', limits: within });
  const { status, value, logs, error } = ran;
  const expected = { sum: 2, kept: 'undefined', polluted: 'undefined' };
  assert.deepEqual(
    [status, value, logs.map(({ text }) => text)],
    ['succeeded', expected, []],
    `the next run: ${error?.message}`,
  );
}

function short(text = ''): string {
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
