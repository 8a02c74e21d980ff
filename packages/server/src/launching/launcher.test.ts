import { CastellanError, newId, resolveLimits } from '@castellan/protocol';
import { JsonText } from '@castellan/protocol/json';
import type { AskedInput } from '@castellan/protocol/run-input';
import { wholeInput } from '@castellan/protocol/run-input';
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { until } from '../../../../test/shared/until.support.ts';
import { readPolicies } from '../config/policies.ts';
import {
  type AttemptEvent,
  type EndedRun,
  type Heartbeat,
  LaunchError,
  type QueuedRun,
} from '../runs/contract/launch.ts';
import {
  type Launcher,
  type LauncherChange,
  type LauncherOptions,
  startLauncher,
} from './launcher.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
const { policies } = readPolicies({
  default: { warm: 1 },
  narrow: { warm: 0, modules: ['node:url'] },
});
const settings = {
  policies: [...policies.values()],
  configFile: null,
  artifactsFolder: folder,
  concurrency: 4,
  boxUsers: { first: 2_000_300_000, count: 65_536 },
  boxStartMs: 15_000,
  leaseMs: 2_000,
};
const changes: LauncherChange[] = [];

/** A launcher that is ready. */
async function openLauncher(options: LauncherOptions): Promise<Launcher> {
  const opened = startLauncher(options);
  await opened.ready;
  return opened;
}
let launcher: Launcher;

before(async () => {
  launcher = await openLauncher({ ...settings, onChange: (change) => changes.push(change) });
});
after(async () => {
  await launcher[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

interface Given extends Partial<Omit<QueuedRun, 'input'>> {
  readonly input?: AskedInput;
}

function queued(source: string, { input = {}, ...more }: Given = {}): QueuedRun {
  return {
    id: newId('run'),
    tenant: 'default',
    policy: 'default',
    attempt: 1,
    firstSeq: 2,
    createdAt: new Date().toISOString(),
    source,
    input: wholeInput(input, JSON.stringify(input.params ?? {})),
    limits: resolveLimits(),
    ...more,
  };
}

async function launched(
  run: QueuedRun,
  look: (event: AttemptEvent | Heartbeat) => void = () => undefined,
  signal = new AbortController().signal,
): Promise<{ events: AttemptEvent[]; run: EndedRun | undefined }> {
  const events: AttemptEvent[] = [];
  for await (const event of launcher.launch(run, signal, 1)) {
    look(event);
    if (event.type !== 'heartbeat') events.push(event);
  }
  const last = events.at(-1);
  return { events, run: last?.type === 'run.finished' ? last.run : undefined };
}

/** Resolves with the next change of that kind. */
async function changed(type: LauncherChange['type'], since: number): Promise<void> {
  await until(`the launcher reports '${type}'`, () =>
    changes.slice(since).some((change) => change.type === type),
  );
}

test('the value of a run stays the text that its box wrote', async () => {
  for (const [source, text] of [
    ['return JSON.rawJSON("12345678901234567890")', '12345678901234567890'],
    ['return { a: [JSON.rawJSON("1.50")], "é": "\\u2028" }', '{"a":[1.50],"é":"\u2028"}'],
    ['return undefined', null],
  ] as const) {
    const { run } = await launched(queued(source));
    const { value } = run ?? assert.fail();
    assert.equal(value instanceof JsonText ? value.text : value, text);
  }
});

test('launch yields the events of a run in order, numbered on from firstSeq', async () => {
  const given = queued(
    "console.log('a'); progress(0.5, 'half'); console.error('b'); return params",
    {
      input: { params: { a: 1 }, labels: { job: '1' } },
      attempt: 2,
      firstSeq: 7,
      tenant: 'acme',
    },
  );
  const { events, run } = await launched(given);
  assert.deepEqual(
    events.map(({ type, seq }) => [type, seq]),
    [
      ['run.started', 7],
      ['log', 8],
      ['progress', 9],
      ['log', 10],
      ['run.finished', 11],
    ],
  );
  const { id, attempt, tenant, labels, value, policy, createdAt } = run ?? assert.fail();
  assert.deepEqual(
    { id, attempt, tenant, labels, value, policy, createdAt },
    {
      id: given.id,
      attempt: 2,
      tenant: 'acme',
      labels: { job: '1' },
      value: new JsonText('{"a":1}'),
      policy: 'default',
      createdAt: given.createdAt,
    },
  );
  assert.deepEqual(
    run?.logs.map(({ seq, stream, text }) => [seq, stream, text]),
    [
      [8, 'stdout', 'a'],
      [10, 'stderr', 'b'],
    ],
  );
});

test('the bytes of an artifact lie in the folder before its event comes', async () => {
  const given = queued("await artifacts.write('a.txt', 'one'); return 1");
  const seen: string[] = [];
  await launched(given, (event) => {
    if (event.type !== 'artifact') return;
    const path = join(folder, given.id, event.artifact.id);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    seen.push(readFileSync(path, 'utf8'));
  });
  assert.deepEqual(seen, ['one']);
  assert.equal(readdirSync(join(folder, given.id)).length, 1);
});

test('an abort kills the run, and its last event says so', async () => {
  const cancel = new AbortController();
  const given = queued("console.log('on'); while (true) {}");
  const { run } = await launched(
    given,
    ({ type }) => type === 'log' && cancel.abort(),
    cancel.signal,
  );
  assert.deepEqual([run?.status, run?.reason, run?.logs.length], ['cancelled', 'cancelled', 1]);
});

test('heartbeats come while a run runs', async () => {
  let beats = 0;
  const cancel = new AbortController();
  const look = ({ type }: { type: string }): void => {
    if (type === 'heartbeat' && ++beats === 2) cancel.abort();
  };
  await launched(
    queued('await new Promise((done) => setTimeout(done, 1e8))', {
      limits: resolveLimits({ wallMs: 30_000 }),
    }),
    look,
    cancel.signal,
  );
  assert.equal(beats, 2);
});

for (const [name, more] of [
  ['a policy that is not there', { policy: 'nobody' }],
  ['modules that its policy does not allow', { input: { modules: ['node:fs'] } }],
  ['a source without its entry', { policy: 'narrow', source: { files: {}, entry: 'x' } }],
] as const) {
  test(`launch refuses ${name}, and another try would end the same`, async () => {
    await assert.rejects(
      launched(queued('1', more)),
      (error) => error instanceof LaunchError && error.failure === 'refused',
    );
  });
}

test('check says what is wrong with a script, and where', async () => {
  const script = {
    policy: 'default',
    modules: null,
    limits: resolveLimits(),
    tenant: 'default',
  };
  const problemsOf = async (source: string): Promise<unknown> => {
    const problems = await launcher.check({ ...script, source });
    return problems.map(({ code, line }) => [code, line]);
  };
  assert.deepEqual(await problemsOf("\nimport a from 'node:fs'; a();"), [['module_denied', 2]]);
  assert.deepEqual(await problemsOf('return ('), [['syntax_error', 1]]);
  assert.deepEqual(await problemsOf('return 1'), []);
});

test('a launcher that is killed loses its runs at once, and another takes the next', async () => {
  const since = changes.length;
  const pid = launcher.pid ?? 0;
  const lost = launched(queued("console.log('on'); while (true) {}"), ({ type }) => {
    if (type === 'log') process.kill(pid, 'SIGKILL');
  });
  await assert.rejects(lost, (error) => error instanceof LaunchError && error.failure === 'lost');
  const { run } = await launched(queued('return 2'));
  assert.deepEqual(run?.value, new JsonText('2'));
  await changed('up', since);
  assert.notEqual(launcher.pid, pid);
});

test('a launcher that stands still for a lease is killed, and what it says then is not heard', async () => {
  const pid = launcher.pid ?? 0;
  const since = changes.length;
  const heard: string[] = [];
  const lost = launched(queued("console.log('on'); while (true) {}"), ({ type }) => {
    heard.push(type);
    if (type === 'log') process.kill(pid, 'SIGSTOP');
  });
  await assert.rejects(lost, (error) => error instanceof LaunchError && error.failure === 'lost');
  assert.equal(heard.includes('run.finished'), false);
  await changed('up', since);
  assert.deepEqual((await launched(queued('return 3'))).run?.value, new JsonText('3'));
});

test('closing a launcher leaves no box behind', async () => {
  const own = await openLauncher(settings);
  const pid = own.pid ?? assert.fail();
  const children = childrenOf(pid);
  assert.ok(children.length > 0);
  await own[Symbol.asyncDispose]();
  assert.deepEqual([pid, ...children].filter(isAlive), []);
});

test('startLauncher leaves nothing when it is disposed of while it starts', async () => {
  const own = startLauncher(settings);
  const refused = assert.rejects(own.ready);
  await own[Symbol.asyncDispose]();
  await refused;
  assert.deepEqual([own.isUp, own.pid], [false, undefined]);
});

test('openLauncher says why no sandbox can be made', async () => {
  const [policy] = settings.policies;
  assert.ok(policy !== undefined);
  const unbuilt = { ...policy, runtime: 'nowhere' };
  await assert.rejects(
    openLauncher({ ...settings, policies: [unbuilt] }),
    /runtime "nowhere" is not built here/,
  );
});

function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('startLauncher tells what each policy offers', () => {
  const { engine, runtime, packages, modules, builtins } = launcher.offers.get('default') ?? {};
  assert.deepEqual([engine, runtime], ['isolate', '2026.11']);
  assert.ok(modules?.includes('dayjs') && !modules.includes('url') && builtins?.includes('url'));
  assert.equal(packages?.find(({ name }) => name === 'dayjs')?.license, 'MIT');
  assert.deepEqual(launcher.offers.get('narrow')?.modules, ['node:url']);
});

for (const [policy, option, message] of [
  [
    { runtime: '1999.1' },
    'policies.broken.runtime',
    /^policies\.broken: runtime "1999\.1" is not built here\. Built: .*2026\.11/,
  ],
  [
    { modules: ['leftpad'] },
    'policies.broken.modules',
    /^policies\.broken: modules: "leftpad" does not exist here\. Packages of/,
  ],
  [
    { browser: { executablePath: '/nowhere/chromium' } },
    'policies.broken.browser',
    /^policies\.broken: .*\/nowhere\/chromium/,
  ],
] as const) {
  test(`startLauncher names the policy and the key of ${JSON.stringify(policy)}`, async () => {
    const given = readPolicies({ broken: { warm: 0, ...policy } }).policies;
    await assert.rejects(openLauncher({ ...settings, policies: [...given.values()] }), (error) => {
      assert.ok(error instanceof CastellanError);
      assert.match(error.message, message);
      assert.equal(error.option, option);
      return true;
    });
  });
}
