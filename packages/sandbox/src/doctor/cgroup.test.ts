import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parsePlaces } from '../walls/cgroup/mounts.ts';
import { cgroupFix, cpuRow } from './cgroup.ts';

const unified = '30 1 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw';
const at = (path: string) => parsePlaces(unified, `0::${path}\n`);
const bob = { uid: 1001, hasManager: true };

test('cgroupFix names the line for whoever stands there', () => {
  const session = at('/user.slice/user-1001.slice/session-3.scope');
  assert.match(cgroupFix(session, bob), /^systemd-run --user --scope /);
  assert.match(cgroupFix(session, { ...bob, hasManager: false }), /^As root: .* --uid=1001 /);
  assert.match(cgroupFix(at('/system.slice/castellan.service'), bob), /edit castellan\.service,/);
  assert.match(cgroupFix(at('/'), bob), /container/);
  const old = parsePlaces('30 1 0:26 / /c/memory rw - cgroup cgroup rw,memory', '4:memory:/a\n');
  assert.match(cgroupFix(old, bob), /unified_cgroup_hierarchy=1/);
});

test('cpuRow says whether one box can starve others, and what mends it', () => {
  const found = {
    parents: [],
    make: () => undefined,
    sweep: async () => 0,
    [Symbol.asyncDispose]: async () => undefined,
  };
  const all = cpuRow({ ...found, mode: 'v1', hasCpu: true, detail: 'cgroup v1 in /c' });
  assert.deepEqual([all.state, all.fix], ['ok', null]);
  const some = cpuRow({ ...found, mode: 'v1', hasCpu: false, detail: 'cgroup v1 in /c' });
  assert.equal(some.state, 'weak');
  assert.match(some.detail, /beside cgroup v1 in \/c\.$/);
  assert.match(some.fix ?? '', /mount -t cgroup -o cpu/);
  const onV2 = cpuRow({ ...found, mode: 'v2', hasCpu: false, detail: 'cgroup v2 in /c' });
  assert.match(onV2.fix ?? '', /Delegate=cpu/);
  const none = cpuRow({ ...found, mode: 'none', hasCpu: false, detail: 'no usable cgroup' });
  assert.match(none.detail, /there is no cgroup/);
});
