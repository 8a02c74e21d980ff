import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { settled } from '../../../../test/shared/until.support.ts';
import { openCgroups } from '../walls/cgroup/open.ts';
import { openBench } from './browsers.support.ts';

await using probe = await openCgroups();
const { hasCpu, parents } = probe;

/** What boxes of this process may use of the processors. */
const quotas = (): string[] =>
  parents
    .flatMap((parent) =>
      globSync(join(parent, `castellan-*-${process.pid}-*/box-*/cpu.{max,cfs_quota_us}`)),
    )
    .map((file) => readFileSync(file, 'latin1'));

/** Without a cgroup the launcher has to find each process by itself. */
for (const cgroups of [undefined, 'none'] as const) {
  describe(`a browser ${cgroups === 'none' ? 'without a cgroup' : 'of this machine'}`, () => {
    it('has the processors that it was given, and ends cpu_timeout though each of its pages is closed before the limit', async () => {
      await using bench = await openBench({
        cpus: 1.5,
        ...(cgroups === undefined ? {} : { cgroups }),
      });
      await using client = await bench.take({ browserCpuMs: 1_500 });
      if (cgroups === undefined && hasCpu) {
        assert.ok(
          quotas().some((quota) => /^150000\b/.test(quota)),
          String(quotas()),
        );
      }
      const churn = async (): Promise<void> => {
        while (client.browser.use().cpuMs <= 1_500) {
          const { targetId } = await client.ask('Target.createTarget', { url: 'about:blank' });
          const attached = await client.ask('Target.attachToTarget', { targetId, flatten: true });
          const burn = 'for (const start = performance.now(); performance.now() < start + 100;);';
          const params = { expression: burn };
          await client.ask('Runtime.evaluate', params, attached['sessionId'] as string);
          await client.ask('Target.closeTarget', { targetId });
        }
      };
      churn().catch(() => undefined);
      const { reason, message } = await settled('the browser has ended', client.end);
      assert.equal(reason, 'cpu_timeout');
      assert.equal(message, 'The browser used more than 1500 ms of processor time');
      assert.ok(client.browser.use().cpuMs > 1_500);
    });
  });
}
