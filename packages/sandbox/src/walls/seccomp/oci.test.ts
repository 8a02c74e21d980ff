import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { librariesOf } from '../libraries.ts';
import { nodeTable } from './node-table.ts';
import { ociText, toOci } from './oci.ts';
import { isolateTable, type SyscallTable } from './table.ts';

describe('toOci', () => {
  const profile = toOci(isolateTable);
  const entries = (name: string) => profile.syscalls.filter((each) => each.names.includes(name));

  it('denies by default and names one architecture', () => {
    assert.equal(profile.defaultAction, 'SCMP_ACT_ERRNO');
    assert.equal(profile.defaultErrnoRet, 1);
    assert.deepEqual(profile.architectures, ['SCMP_ARCH_X86_64']);
  });

  it('writes one entry for a plain row and one for each value of a rule', () => {
    assert.deepEqual(entries('read'), [{ names: ['read'], action: 'SCMP_ACT_ALLOW' }]);
    assert.deepEqual(entries('ptrace'), [{ names: ['ptrace'], action: 'SCMP_ACT_KILL_PROCESS' }]);
    assert.deepEqual(entries('clone3'), [
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
    ]);
    assert.deepEqual(entries('clone')[0]?.args, [
      { index: 0, value: 0x3d0f00n, op: 'SCMP_CMP_EQ' },
    ]);
    assert.equal(entries('ioctl').length, 6);
    const openat = entries('openat')[0]?.args?.[0];
    assert.equal(openat?.op, 'SCMP_CMP_MASKED_EQ');
    assert.equal(openat?.valueTwo, 0n);
  });

  it('adds what the start of a container needs, and where the table has it already, nothing', () => {
    assert.deepEqual(entries('fstatfs'), [{ names: ['fstatfs'], action: 'SCMP_ACT_ALLOW' }]);
    assert.deepEqual(entries('openat')[1]?.args, [
      { index: 2, value: 0o2000001n, op: 'SCMP_CMP_EQ' },
    ]);
    const node = toOci(nodeTable(false)).syscalls;
    for (const name of ['fstatfs', 'openat']) {
      assert.equal(node.filter(({ names }) => names.includes(name)).length, 1, name);
    }
  });
});

describe('ociText', () => {
  it('writes masks of 64 bits digit by digit', () => {
    const text = ociText(isolateTable);
    assert.match(text, /"names":\["pipe2"\][^}]*"value":18446744073709008895,"valueTwo":0,/);
    assert.doesNotMatch(text, /e\+|\d\.\d/);
    assert.equal(
      (JSON.parse(text) as { syscalls: unknown[] }).syscalls.length,
      toOci(isolateTable).syscalls.length,
    );
  });
});

/** What Node prints that runc has started under the filter, in namespaces of its own. */
async function underRunc(table: SyscallTable, script: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'runc-test-'));
  try {
    const own = ['user', 'pid', 'network', 'mount', 'ipc', 'uts'].map((type) => ({ type }));
    const readOnly = ['ro', 'nosuid', 'nodev'];
    const bound = [process.execPath, ...(await librariesOf([process.execPath]))];
    const mounts = bound.map((source) => ({
      destination: source === process.execPath ? '/node' : source,
      source,
      options: ['bind', ...readOnly],
    }));
    const proc = { destination: '/proc', type: 'proc', options: [...readOnly, 'subset=pid'] };
    const mapped = (hostID = 0) => [{ containerID: 0, hostID, size: 1 }];
    const config = {
      ociVersion: '1.0.2',
      process: { user: { uid: 0, gid: 0 }, args: ['/node', '-e', script], cwd: '/' },
      root: { path: 'rootfs', readonly: true },
      mounts: [proc, ...mounts],
      linux: {
        namespaces: own,
        uidMappings: mapped(process.getuid?.()),
        gidMappings: mapped(process.getgid?.()),
        seccomp: 'here',
      },
    };
    mkdirSync(join(folder, 'rootfs'));
    const text = JSON.stringify({
      ...config,
      process: { ...config.process, noNewPrivileges: true },
    });
    writeFileSync(join(folder, 'config.json'), text.replace('"here"', ociText(table)));
    const command = [
      '--root',
      join(folder, 'state'),
      'run',
      '--bundle',
      folder,
      `test-${process.pid}`,
    ];
    return (await promisify(execFile)('runc', command, { timeout: 30_000 })).stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const noRunc = spawnSync('runc', ['--version']).status === 0 ? false : 'no runc here';

describe('the filter in a real OCI runtime', { skip: noRunc }, () => {
  const attempts = `
    const { constants, openSync } = require('fs'); const { spawnSync } = require('child_process');
    const code = (act) => { try { return act() ?? 'done' } catch (error) { return error.code } };
    console.log([code(() => openSync('/x', 'w')), spawnSync('/node').error?.code, code(() => process.kill(1, 0)), process.pid].join());`;

  it('lets Node start under the table of isolates, and nothing more', async () => {
    assert.equal(await underRunc(isolateTable, attempts), 'EPERM,EPERM,EPERM,1\n');
  });

  it('lets Node start under the table of the node engine, which has files and signals', async () => {
    assert.equal(await underRunc(nodeTable(false), attempts), 'EROFS,EPERM,true,1\n');
  });
});
