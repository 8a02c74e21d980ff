import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { procGauge } from './gauge.ts';
import { processorMs } from './processes.ts';
import { treeOf } from '../../walls/tree.ts';

/** A subshell that computes and ends, and a shell that has waited for it and goes on. */
const shell = '(n=0; while [ $n -lt 200000 ]; do n=$((n+1)); done); echo done; read line';

describe('procGauge', () => {
  it('counts the time of processes that have ended', async () => {
    const child = spawn('sh', ['-c', shell]);
    try {
      const pid = child.pid ?? 0;
      using gauge = procGauge(pid);
      await once(child.stdout, 'data');
      assert.deepEqual(treeOf(pid), [pid]);
      assert.ok(processorMs(pid) >= 50, `${processorMs(pid)} ms`);
      assert.ok(gauge.read().cpuMs >= 50);
      child.stdin.end();
      await once(child, 'exit');
      assert.ok(gauge.read().cpuMs >= 50);
    } finally {
      child.kill('SIGKILL');
    }
  });
});
