import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSandbox } from '@castellan/sandbox';

/** Scripts that pretend another ending than theirs, each with what the launcher and the kernel know. */
const impostors = {
  isolate: [
    ['throw new RangeError("Array buffer allocation failed")', 'uncaught_exception'],
    ['throw new RangeError("x: Out of memory")', 'uncaught_exception'],
    ['void Promise.reject(new RangeError("Array buffer allocation failed"))', 'uncaught_exception'],
    [
      'void Promise.reject(new Error("Isolate was disposed during execution"))',
      'uncaught_exception',
    ],
    ['throw Object.assign(new Error("x"), { reason: "out_of_memory" })', 'uncaught_exception'],
    ['throw Object.assign(new Error("x"), { code: "module_denied" })', 'uncaught_exception'],
  ],
  node: [
    ['require("fs").writeSync(2, "Classroom"); process.abort()', 'engine_crashed'],
    [
      'require("fs").writeSync(2, "JavaScript heap out of memory"); process.exit(1)',
      'exit_nonzero',
    ],
    ...[134, 137, 139, 152, 159, 255].map((code) => [`process.exit(${code})`, 'exit_nonzero']),
    ...[137, 152, 159].map((code) => [
      `require("fs").closeSync(3); process.exit(${code})`,
      'exit_nonzero',
    ]),
    ['throw new RangeError("Array buffer allocation failed")', 'uncaught_exception'],
    ['process.kill(process.pid, "SIGXCPU"); await new Promise((r) => setTimeout(r, 50))', null],
  ],
} as const;

for (const engine of ['isolate', 'node'] as const) {
  test(`the account of a run is true whatever its script pretends, engine ${engine}`, async (t) => {
    await using sandbox = await createSandbox({ engine, warm: 2 });
    for (const [source, reason] of impostors[engine]) {
      await t.test(`${String(source).trim().slice(-90)}: ${reason}`, async () => {
        const run = await sandbox.run(String(source));
        assert.equal(run.reason, reason, run.error?.message);
        assert.notEqual(run.status, 'error');
      });
    }
  });
}
