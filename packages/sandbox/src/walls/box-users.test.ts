import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { holderOf, refuseTaken, takeUser } from './box-users.ts';

/** Numbers that no other test takes. */
const own = { first: 2_120_000_000 + (process.pid % 2 ** 20) * 8, count: 2 };

describe('takeUser', () => {
  it('gives each user once, until it is given back, and says when there is none', () => {
    const [one, two] = [takeUser(own), takeUser(own)];
    assert.deepEqual(new Set([one.id, two.id]), new Set([own.first, own.first + 1]));
    assert.throws(() => takeUser(own), { code: 'box_failed', message: /boxUsers\.count larger/ });
    one[Symbol.dispose]();
    using again = takeUser(own);
    assert.equal(again.id, one.id);
    two[Symbol.dispose]();
  });

  it('gives none that another launcher has, and those of a dead one', async () => {
    const range = { first: own.first + 4, count: 1 };
    const script = `import { takeUser } from ${JSON.stringify(import.meta.resolve('./box-users.ts'))};
      console.log(takeUser(${JSON.stringify(range)}).id); setInterval(() => {}, 1e6);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(other.stdout, 'data');
    assert.throws(() => takeUser(range), { code: 'box_failed' });
    other.kill('SIGKILL');
    await once(other, 'exit');
    using user = takeUser(range);
    assert.equal(user.id, range.first);
  });
});

describe('holderOf', () => {
  const files: Readonly<Record<string, string>> = {
    '/etc/passwd': 'root:x:0:0:root:/root:/bin/sh\nann:x:5000:6000::/home/ann:/bin/sh\n',
    '/etc/group': 'staff:x:7000:ann\n',
    '/etc/subuid': 'ann:100000:65536\n',
    '/etc/subgid': '# none\n',
  };
  const textOf = (file: string): string => files[file] ?? '';

  it('finds users, groups, and ranges that overlap at either end', () => {
    const at = (first: number, count: number) => holderOf({ first, count }, textOf)?.split(':')[0];
    assert.equal(at(4_990, 10), undefined);
    assert.equal(at(4_990, 11), '/etc/passwd');
    assert.equal(at(7_000, 1), '/etc/group');
    assert.equal(at(99_000, 1_000), undefined);
    assert.equal(at(99_000, 1_001), '/etc/subuid');
    assert.equal(at(165_535, 10), '/etc/subuid');
    assert.equal(at(165_536, 10), undefined);
  });

  it('is named by the refusal', () => {
    assert.throws(() => refuseTaken({ first: 1, count: 70_000 }), {
      code: 'invalid_option',
      message: /boxUsers 1 to 70000 are not free: \/etc\/passwd: /,
    });
  });
});
