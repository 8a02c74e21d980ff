import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { killOrphans, killUnfinished, mark } from './orphans.ts';

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
  assert.ok(child.stdout !== null);
  await once(child.stdout, 'data');
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
  const gone = once(orphan, 'exit');
  assert.ok(killOrphans() >= 1);
  assert.deepEqual(await gone, [null, 'SIGKILL']);
  for (const other of others) {
    assert.equal(other.signalCode, null);
    assert.doesNotThrow(() => process.kill(other.pid ?? 0, 0));
    other.kill('SIGKILL');
  }
});

test('killUnfinished ends the child too', async () => {
  const script = `const { pid } = require('node:child_process').spawn('sleep', ['100']); console.log(pid)`;
  const parent = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1e6)`], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = once(parent, 'exit');
  const [text] = (await once(parent.stdout, 'data')) as [Buffer];
  killUnfinished(parent.pid ?? 0);
  assert.deepEqual(await gone, [null, 'SIGKILL']);
  while (!isGone(Number(text.toString()))) await new Promise(setImmediate);
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
