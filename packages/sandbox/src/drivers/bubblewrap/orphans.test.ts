import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { until } from '../../../../../test/shared/until.support.ts';
import { killOrphans, killUnfinished, mark } from './orphans.ts';

const children: ChildProcess[] = [];
after(() => children.forEach((child) => child.kill('SIGKILL')));

/** A process that looks like a bubblewrap of the launcher in `marked`. */
async function lookalike(
  marked: readonly string[],
  program = '/usr/bin/bwrap',
): Promise<ChildProcess> {
  const script = 'setInterval(() => {}, 1e6); console.log(1)';
  const child = spawn(process.execPath, ['-e', script, '--', ...marked], {
    argv0: program,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  assert.ok(child.stdout !== null);
  // A launcher of another test may find it first.
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  return child;
}

async function deadLauncher(): Promise<readonly string[]> {
  const dead = spawn('true', { stdio: 'ignore' });
  await once(dead, 'exit');
  return mark().map((word) => word.replace(/^(\d+)-\d+-\d+$/, `$1-${dead.pid}-12345`));
}

test('killOrphans ends what dead launchers left, and nothing else', async () => {
  const dead = await deadLauncher();
  const elsewhere = dead.map((word) => word.replace(/^\d+-/, '1-'));
  const orphan = await lookalike(dead);
  const others = [
    await lookalike(mark()),
    await lookalike(elsewhere),
    await lookalike([]),
    await lookalike(dead, '/usr/bin/other'),
  ];
  killOrphans();
  if (orphan.signalCode === null) await once(orphan, 'exit');
  assert.equal(orphan.signalCode, 'SIGKILL');
  for (const other of others) {
    assert.equal(other.signalCode, null);
    assert.doesNotThrow(() => process.kill(other.pid ?? 0, 0));
  }
});

test('killUnfinished ends the child too', async () => {
  const script = `const { pid } = require('node:child_process').spawn('sleep', ['100']); console.log(pid)`;
  const parent = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1e6)`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(parent);
  const gone = once(parent, 'exit');
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  killUnfinished(parent.pid ?? 0);
  assert.deepEqual(await gone, [null, 'SIGKILL']);
  const pid = Number(text.toString());
  await until('the orphan is gone', () => isGone(pid));
  killUnfinished(parent.pid ?? 0);
});

/** A zombie that nobody waits for is gone too. */
function isGone(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
  } catch {
    return true;
  }
}
