import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { MemoryFolder } from '../boxes/enclosure.ts';
import { findMounter, mounting } from './memory.ts';

const folder: MemoryFolder = {
  bytes: 2 ** 20,
  inodes: 256,
  tasks: 64,
  folders: ['work'],
  writable: { '/scratch': '' },
  texts: { '/etc': { hosts: "it's 127.0.0.1 \\n %s $(id)\n", empty: '' } },
  devices: ['null', 'zero', 'urandom'],
  links: {},
};

describe('findMounter', () => {
  it('names the program that is not there', async () => {
    const said = await findMounter('/nowhere/prlimit');
    assert.ok(typeof said === 'string');
    assert.match(said, /\/nowhere\/prlimit/);
  });
});

describe('mounting', () => {
  it('works where /dev is mounted with nosuid, noexec and noatime, as on most machines', async () => {
    const mounter = await findMounter('/usr/bin/prlimit');
    assert.ok(typeof mounter !== 'string');
    // Devices cannot be made in a namespace, so those of the machine are bound onto another /dev.
    const another = [
      'mount -t tmpfs -o nosuid,noexec,noatime none /mnt',
      ...['null', 'zero', 'urandom'].map(
        (name) =>
          `: > /mnt/${name}; mount --bind /dev/${name} /mnt/${name}; mount -o remount,bind,nosuid,noexec /mnt/${name}`,
      ),
      'mount --rbind /mnt /dev',
      'exec "$@"',
    ].join('; ');
    const namespace = ['--user', '--map-root-user', '--mount', 'sh', '-ec', another, 'sh'];
    const { status, stderr } = spawnSync(
      'unshare',
      [...namespace, ...mounting(mounter, folder), 'sh', '-c', ':'],
      { encoding: 'utf8' },
    );
    assert.deepEqual([status, stderr], [0, '']);
  });

  it('writes texts as they are, whatever the shell would make of them', async () => {
    const mounter = await findMounter('/usr/bin/prlimit');
    assert.ok(typeof mounter !== 'string');
    const [program, ...rest] = mounting(mounter, folder);
    const read = ['sh', '-c', 'cd /sys/t/0 && ls && cat hosts'];
    const { stdout } = spawnSync(program, [...rest, ...read], { encoding: 'utf8' });
    assert.equal(stdout, `empty\nhosts\n${folder.texts['/etc']?.['hosts']}`);
  });
});
