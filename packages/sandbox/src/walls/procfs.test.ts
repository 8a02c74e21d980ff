import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { ProcessView, startTimeOf } from './procfs.ts';

describe('ProcessView', () => {
  it('sees a living process, and never another one after it is gone', async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    using view = new ProcessView(child.pid ?? 0);
    const sample = view.sample();
    assert.equal(sample?.parent, process.pid);
    assert.equal(sample?.startTime, startTimeOf(child.pid ?? 0));
    view.kill();
    assert.deepEqual(await once(child, 'exit'), [null, 'SIGKILL']);
    assert.equal(view.sample(), undefined);
    view.kill();
  });

  it('sees its own memory and processor time', () => {
    using view = new ProcessView(process.pid);
    const before = view.sample();
    const kept = Buffer.alloc(2 ** 25, 1);
    const after = view.sample();
    assert.ok(before !== undefined && after !== undefined && kept.length > 0);
    assert.ok(after.privateBytes - before.privateBytes > 2 ** 24);
    assert.ok(after.cpuMs >= before.cpuMs);
  });

  it('gives nothing once disposed of', () => {
    const view = new ProcessView(process.pid);
    view[Symbol.dispose]();
    view[Symbol.dispose]();
    assert.equal(view.sample(), undefined);
  });

  it('throws for a process that does not exist', () => {
    assert.throws(() => new ProcessView(2 ** 22 + 1), /ENOENT/);
    assert.equal(startTimeOf(2 ** 22 + 1), undefined);
  });
});
