import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Launcher } from './launching/launcher.ts';
import { measure } from './metrics.ts';

test('no gauge has a name of a counter', async () => {
  const text = await measure({ isUp: true } as Launcher).metrics();
  assert.match(text, /^# TYPE castellan_nodejs_active_handles gauge$/m);
  assert.match(text, /^# TYPE castellan_process_cpu_seconds_total counter$/m);
  assert.doesNotMatch(text, /^# TYPE \w+_total gauge$/m);
});
