// What Prometheus itself says of the metrics of a service that has run something. The short version is
// packages/server/src/metrics.test.ts.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { startService } from '../service/service.support.ts';

const promtool = '/usr/bin/promtool';
const skip = existsSync(promtool)
  ? false
  : 'promtool is of Prometheus: apt-get install --no-install-recommends prometheus';

test('promtool has nothing to say of the metrics', { skip }, async () => {
  await using service = await startService();
  assert.equal((await service.run({ code: 'return 1' })).status, 'succeeded');
  const { text } = await service.call('GET', '/metrics');
  assert.match(text, /^castellan_run_script_seconds_count\{engine="isolate",driver="\w+"\} 1$/m);
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], {
    input: text,
    encoding: 'utf8',
  });
  assert.deepEqual([status, `${stdout}${stderr}`], [0, '']);
});
