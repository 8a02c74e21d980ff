import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { browserEnclosure } from '../boxes/browser/enclosure.ts';
import type { Enclosure } from '../boxes/enclosure.ts';
import { findGatewayBox } from '../boxes/gateway/enclosure.ts';
import { runnerEnclosure } from '../boxes/runner/enclosure.ts';
import { type Ended, release } from '../walls/child.ts';
import { compileFilter } from '../walls/seccomp/bpf.ts';
import { verdict } from '../walls/seccomp/fixtures/kernel.ts';
import { lockTable } from '../walls/seccomp/lock-table.ts';
import type { SyscallAction, SyscallTable } from '../walls/seccomp/table.ts';
import type { Driver } from './driver.ts';
import { fixtureParts } from './fixtures/parts.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
const probe = join(folder, 'probe');
const source = fileURLToPath(new URL('../../src/drivers/fixtures/system-calls.c', import.meta.url));

before(async () => {
  // Whoever is in the box has to reach it.
  chmodSync(folder, 0o755);
  const flags = ['-static', '-nostdlib', '-ffreestanding', '-fno-stack-protector', '-O1'];
  await promisify(execFile)('gcc', [...flags, '-o', probe, source]);
});
after(() => rmSync(folder, { recursive: true }));

/** One past the last call of Linux 6.18; later ones are probed too. */
const newest = 512;
const numbers = Array.from({ length: newest }, (_, number) => number);

const getpid = 39;
const fstatfs = 138;
/** Added to the number of a call, it asks for the call of another kind of program. */
const x32 = 0x4000_0000;

/** Where they are allowed, these end the probe, wait for what never comes, or reach the whole machine. */
const untouchable = Object.values({
  rt_sigreturn: 15,
  select: 23,
  pause: 34,
  clone: 56,
  fork: 57,
  vfork: 58,
  exit: 60,
  kill: 62,
  sync: 162,
  exit_group: 231,
  pselect6: 270,
  ppoll: 271,
  syncfs: 306,
});

/**
 * uretprobe and uprobe: Linux answers them before any filter, from 6.14 on, and ends with SIGILL whoever
 * calls them without a probe of its own.
 */
const unfiltered = [335, 336];

const memoryBytes = 64 * 2 ** 20;
const spec = { memoryBytes, cpuMs: 5_000, jitless: false, reusable: false } as const;
const chromium = { program: '/chromium', version: 'any', folder: '/' };

const isolate = async (): Promise<Enclosure> =>
  runnerEnclosure(fixtureParts, [], { ...spec, engine: 'isolate' });

const enclosures: Readonly<Record<string, (driver: Driver) => Promise<Enclosure>>> = {
  isolate,
  'isolate, closed': isolate,
  'isolate, closed, without machine code': isolate,
  node: async () => runnerEnclosure(fixtureParts, [], { ...spec, engine: 'node' }),
  'node with processes': async () =>
    runnerEnclosure(fixtureParts, [], { ...spec, engine: 'node', processes: 4 }),
  gateway: async (driver) => (await findGatewayBox(driver)).enclosure,
  browser: async () =>
    browserEnclosure({
      node: process.execPath,
      starter: process.execPath,
      chromium,
      flags: [],
      readable: [],
      ca: null,
    }),
};

/** By enclosure: the second filter that its program puts up itself. */
const locks: Readonly<Record<string, SyscallTable>> = {
  'isolate, closed': lockTable(false),
  'isolate, closed, without machine code': lockTable(true),
};

/** What the kernel does where a call has to pass several filters: the first of these that one of them says. */
const strictest: readonly SyscallAction[] = ['kill', 'eperm', 'enosys', 'allow'];

/** A driver, and the enclosures that it builds. */
export interface Subject {
  readonly driver: Driver;
  readonly skip: string | false;
  readonly names: readonly string[];
  /** Whether this driver answers otherwise than the table, and may. */
  readonly unlike?: (number: number, error: number, filter: SyscallTable) => boolean;
  /** What has to be there before it builds one; it cannot be asked for more of its enclosures then. */
  readonly provide?: (enclosure: Enclosure) => Promise<void>;
}

/** The enclosures of runners, by which engine and how many filters they have. */
export const ofRunners = ['isolate', ...Object.keys(locks), 'node', 'node with processes'];

/** Those that bubblewrap alone builds. */
export const ofOthers = ['gateway', 'browser'];

/** runc needs fstatfs after the filter, and makes calls unknown that are newer than all in a filter. */
export const unlikeByRunc: NonNullable<Subject['unlike']> = (number, error, { rows }) =>
  number === fstatfs || (error === enosys && number > Math.max(...rows.map((row) => row.number)));

/** What the probe writes in the enclosure, and how it ends. */
async function probed(
  { driver, provide }: Subject,
  enclosure: Enclosure,
  args: readonly string[],
): Promise<{ readonly bytes: Buffer; readonly ended: Ended; readonly words: string }> {
  const probing: Enclosure = {
    ...enclosure,
    command: ['/probe', ...args],
    mounts: [{ from: probe, to: '/probe' }],
    descriptors: [driver.hasStandardOnly === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  };
  await provide?.(probing);
  const builder = await driver.prepare(probing);
  assert.ok('start' in builder, 'detail' in builder ? builder.detail : '');
  const { watched, inner, kill } = builder.start(probing);
  try {
    // Of a driver that passes no other descriptors, its standard output is the channel.
    const output = watched.ends[driver.hasStandardOnly === true ? 3 : 1];
    const bytes = await buffer(output as Readable);
    const [ended, words] = await Promise.all([watched.ended, watched.stderr]);
    return { bytes, ended, words };
  } finally {
    kill();
    await release(watched);
    (await inner)?.[Symbol.dispose]();
  }
}

/** Allowed by a table, and refused by the kernel to whoever leads a session, has no groups or no memory to lock. */
const refusedAnyway = Object.values({
  setpgid: 109,
  setsid: 112,
  setgroups: 116,
  mlock: 149,
  mlock2: 325,
});

const eperm = 1;
const enosys = 38;

/**
 * Makes every system call of x86-64 in every enclosure that a driver builds: the kernel answers what the
 * tables say, and nothing of a filter is lost on its way from the table to the box.
 */
export function testSystemCalls(subject: Subject): void {
  const { driver, skip, names, unlike = () => false } = subject;
  describe(`system calls by ${driver.name}`, { skip }, () => {
    for (const name of names) {
      for (const argument of [0n, -1n]) {
        it(`of ${name} are answered as its table says, with arguments of ${argument}`, async () => {
          const enclosure = await enclosures[name]?.(driver);
          assert.ok(enclosure !== undefined);
          const { filter } = enclosure;
          const lock = locks[name] === undefined ? [] : [compileFilter(locks[name])];
          const programs = [compileFilter(filter), ...lock];
          const args = Array.from({ length: 6 }, () => BigInt.asUintN(64, argument));
          const actionOf = (number: number): SyscallAction => {
            const said = programs.map((program) => verdict(program, number, args));
            return strictest.find((action) => said.includes(action)) ?? 'allow';
          };
          const asked = numbers.filter((number) => {
            const action = actionOf(number);
            if (action === 'kill' || unfiltered.includes(number)) return false;
            return action !== 'allow' || !untouchable.includes(number);
          });
          const closing = lock[0]?.toString('hex') ?? '';
          const asking = [argument === 0n ? '0' : '1', closing, ...asked.map(String)];
          const { bytes, ended, words } = await probed(subject, enclosure, asking);
          assert.deepEqual(ended, { code: 0, signal: null }, words);
          assert.equal(bytes.length, 4 * asked.length, words);
          const unexpected = asked.flatMap((number, index) => {
            const error = bytes.readInt32LE(4 * index);
            const action = actionOf(number);
            if (unlike(number, error, filter)) return [];
            if (action === 'eperm' && error === eperm) return [];
            if (action === 'enosys' && error === enosys) return [];
            if (action === 'allow' && error !== eperm) return [];
            if (action === 'allow' && refusedAnyway.includes(number)) return [];
            return [{ number, action, error }];
          });
          assert.deepEqual(unexpected, []);
        });
      }

      // The second filter only refuses.
      if (name in locks) continue;
      it(`of ${name} that no honest program makes end it`, async () => {
        const enclosure = await enclosures[name]?.(driver);
        assert.ok(enclosure !== undefined);
        const program = compileFilter(enclosure.filter);
        const deadly = [...numbers, x32 + getpid].filter(
          (number) => verdict(program, number) === 'kill',
        );
        // Each ends its box. All are tried where the filter is the shortest way from its table.
        const isWhole = name === 'isolate' && driver.name === 'bubblewrap';
        const tried = isWhole ? deadly : deadly.slice(-1);
        assert.ok(tried.includes(x32 + getpid));
        for (const number of tried) {
          const { bytes, ended } = await probed(subject, enclosure, ['0', '', String(number)]);
          assert.deepEqual(
            [number, bytes.length, ended],
            [number, 0, { code: null, signal: 'SIGSYS' }],
          );
        }
      });
    }
  });
}
