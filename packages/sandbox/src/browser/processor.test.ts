import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { settled } from '../../../../test/shared/until.support.ts';
import { openBench } from './browsers.support.ts';

/** Without a cgroup the launcher has to find each process by itself. */
for (const cgroups of [undefined, 'none'] as const) {
  describe(`a browser ${cgroups === 'none' ? 'without a cgroup' : 'of this machine'}`, () => {
    it('ends cpu_timeout though each of its pages is closed before the limit', async () => {
      await using bench = await openBench(cgroups === undefined ? {} : { cgroups });
      await using client = await bench.take({ browserCpuMs: 1_500 });
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
