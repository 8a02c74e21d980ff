import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { DoctorReport } from '@castellan/sandbox/doctor';
import { asNobody, castellan, noOrdinaryUser } from '../castellan.support.ts';

const floor = ['userns', 'pidns', 'netns', 'mountns', 'seccomp'];

async function doctor(
  before: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<{
  code: number | null;
  report: DoctorReport;
  row: (name: string) => DoctorReport['rows'][number];
}> {
  const { code, stdout, stderr } = await castellan(['doctor', '--json'], { before, env });
  assert.equal(stderr, '');
  const report = JSON.parse(stdout) as DoctorReport;
  const row = (name: string) => {
    const found = report.rows.find((each) => each.name === name);
    assert.ok(found, `a row ${name}`);
    return found;
  };
  return { code, report, row };
}

for (const [who, before, skip] of [
  ['whoever runs the tests', [], false],
  ['an ordinary user', asNobody, noOrdinaryUser],
] as const) {
  test(`castellan doctor proves the floor and the limits for ${who}`, { skip }, async () => {
    const { code, report, row } = await doctor(before);
    assert.deepEqual([code, report.ok, report.floor], [0, true, floor]);
    const proved = [...floor, 'nocaps', 'nonewprivs', 'rlimits', 'wall limit', 'cpu limit'];
    for (const name of [
      ...proved,
      'node',
      'isolated-vm',
      'bubblewrap',
      'box',
      'intruder',
      'isolate',
      'egress gateway',
    ]) {
      assert.equal(row(name).state, 'ok', `${name}: ${row(name).detail}`);
    }
    // Exact only where the kernel counts.
    const { state, detail } = row('memory limit');
    assert.ok(state === 'ok' || (state === 'weak' && row('cgroup').state === 'weak'), detail);
    assert.match(row('warm run').detail, /^\d+ ms/);
  });
}

test('castellan doctor prints aligned lines for people', async () => {
  const { code, stdout } = await castellan(['doctor']);
  assert.equal(code, 0);
  assert.match(stdout, /^✓ ok {6}platform {8}Linux on x86-64.$/m);
  assert.match(stdout, /^This machine can run scripts/m);
});

/** A PATH on which `make` writes the program `bwrap`. */
async function withBwrap(
  make: (path: string) => void,
  use: (path: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  try {
    symlinkSync('/usr/bin/prlimit', join(folder, 'prlimit'));
    make(join(folder, 'bwrap'));
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function findsBelowFloor(
  path: string,
  name: string,
  detail: RegExp,
  fix: RegExp,
): Promise<void> {
  const { code, report, row } = await doctor([], { PATH: path });
  assert.deepEqual([code, report.ok], [1, false]);
  assert.equal(row(name).state, 'missing');
  assert.match(row(name).detail, detail);
  assert.match(row(name).fix ?? '', fix);
  for (const layer of floor) assert.equal(row(layer).state, 'missing');
}

test('castellan doctor names the package when bubblewrap is missing', () =>
  withBwrap(
    () => undefined,
    (path) =>
      findsBelowFloor(path, 'bubblewrap', /bwrap was not found/, /^apt-get install bubblewrap/),
  ));

test('castellan doctor refuses a bubblewrap with the rights of somebody else', () =>
  withBwrap(
    (bwrap) => {
      copyFileSync('/usr/bin/bwrap', bwrap);
      chmodSync(bwrap, 0o4755);
    },
    (path) => findsBelowFloor(path, 'bubblewrap', /is setuid/, /^chmod u-s,g-s /),
  ));

test('castellan doctor refuses a bubblewrap that is too old', () =>
  withBwrap(
    (bwrap) => writeFileSync(bwrap, '#!/bin/sh\necho bubblewrap 0.4.1\n', { mode: 0o755 }),
    (path) => findsBelowFloor(path, 'bubblewrap', /0.4.1/, /current release/),
  ));

test('castellan doctor is not taken in by a bubblewrap that builds no walls', () =>
  withBwrap(
    (bwrap) =>
      writeFileSync(
        bwrap,
        // Starts the program outside, as if every option had been obeyed.
        `#!/bin/sh\ncase "$1" in --version) echo bubblewrap 0.8.0; exit;; esac\nwhile [ "$1" != -- ]; do shift; done\nshift 2\nexec ${process.execPath} "$@"\n`,
        { mode: 0o755 },
      ),
    async (path) => {
      const { code, report } = await doctor([], { PATH: `${path}:/usr/bin:/bin` });
      assert.deepEqual([code, report.ok], [1, false]);
    },
  ));

test('castellan doctor names the setting when user namespaces are switched off', async () => {
  const off = 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"';
  const before = ['unshare', '--user', '--map-root-user', 'sh', '-c', off, 'sh'];
  const { code, report, row } = await doctor(before);
  assert.deepEqual([code, report.ok, row('box').state], [1, false, 'missing']);
  assert.match(row('box').fix ?? '', /^sysctl -w user.max_user_namespaces=/);
});
