import { limitTable, type LimitName } from '@castellan/protocol';
import { CastellanError } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { forEachEngine, texts } from './contract.support.ts';

forEachEngine(({ contract, cases, openSandbox, sandboxForFile }) => {
  const Mi = 2 ** 20;
  const sandbox = sandboxForFile({ limits: { memoryBytes: 64 * Mi } });

  const timedOut = (run: { status: string }): void => assert.equal(run.status, 'timed_out');
  const failed = (run: { status: string }): void => assert.equal(run.status, 'failed');

  cases(sandbox, [
    {
      name: 'wallMs ends a promise that never settles',
      source: 'await new Promise((done) => setTimeout(done, 1e8))',
      options: { limits: { wallMs: 200 } },
      reason: 'wall_timeout',
      check: timedOut,
    },
    {
      name: 'wallMs ends a script that sleeps in turns',
      source: 'for (;;) await new Promise((r) => setTimeout(r, 1))',
      options: { limits: { wallMs: 200 } },
      reason: 'wall_timeout',
      check: timedOut,
    },
    {
      name: 'wallMs ends a busy loop that has processor time left',
      source: 'while (true);',
      options: { limits: { wallMs: 200 } },
      reason: 'wall_timeout',
      check: timedOut,
    },
    {
      name: 'cpuMs ends a busy loop',
      source: 'while (true);',
      options: { limits: { cpuMs: 200 } },
      reason: 'cpu_timeout',
      check: timedOut,
    },
    {
      name: 'cpuMs ends a microtask storm',
      source:
        'const f = () => queueMicrotask(f); f(); await new Promise((done) => setTimeout(done, 1e8))',
      options: { limits: { cpuMs: 200 } },
      reason: 'cpu_timeout',
    },
    {
      name: 'cpuMs ends a regular expression',
      source: '/(a+)+$/.test("a".repeat(40) + "b")',
      options: { limits: { cpuMs: 200 } },
      reason: 'cpu_timeout',
    },
    {
      name: 'cpuMs ends a long native operation',
      source: 'let n = 3n; for (let i = 0; i < 24; i++) n = n * n; n.toString()',
      options: { limits: { cpuMs: 300 } },
      reason: 'cpu_timeout',
    },
    {
      name: 'cpuMs ends a loop at the top of a module',
      source: 'export default 1; for (;;);',
      options: { limits: { cpuMs: 200 } },
      reason: 'cpu_timeout',
    },
    {
      name: 'memoryBytes ends an array that grows',
      source: 'const a = []; for (;;) a.push({ i: a.length })',
      reason: 'out_of_memory',
      check: failed,
    },
    {
      name: 'memoryBytes ends an array fill',
      source: 'new Array(2 ** 26).fill(0).map((_, i) => ({ i }))',
      reason: 'out_of_memory',
    },
    {
      name: 'memoryBytes ends string doubling',
      source: 'let s = "x"; const all = []; for (;;) { s += s; all.push([...s].length) }',
      reason: 'out_of_memory',
    },
    {
      name: 'memoryBytes ends buffers that are written',
      source: 'const all = []; for (;;) all.push(new Uint8Array(2 ** 20).fill(1))',
      reason: 'out_of_memory',
    },
    {
      name: 'memoryBytes ends a resizable buffer',
      source:
        'const b = new ArrayBuffer(1, { maxByteLength: 2 ** 30 }); b.resize(2 ** 30); new Uint8Array(b).fill(1)',
      reason: 'out_of_memory',
    },
    {
      name: 'memoryBytes ends a replacement that grows',
      source: '"a".repeat(2 ** 28).replace(/a/g, "bb")',
      options: { limits: { wallMs: 5_000 } },
      reason: 'out_of_memory',
    },
    {
      name: 'deep recursion is an error of the script',
      source: '(function f() { f() })()',
      reason: 'uncaught_exception',
      message: 'Maximum call stack size exceeded',
    },
    {
      name: 'outputBytes ends a log flood and keeps the first lines',
      source: 'for (let i = 0; ; i++) console.log("line", i)',
      options: { limits: { outputBytes: 2_000 } },
      reason: 'output_limit',
      check: (run) => {
        assert.deepEqual(texts(run).slice(0, 2), ['line 0', 'line 1']);
        assert.ok(run.truncated.logs);
        const bytes = texts(run).reduce((sum, text) => sum + Buffer.byteLength(text) + 1, 0);
        assert.ok(bytes <= 2_001, `${bytes}`);
        assert.equal(run.usage.outputBytes, 2_000);
        assert.match(
          run.error?.message ?? '',
          /more than 2000 bytes of logs; a line counts at least 16$/,
        );
      },
    },
    {
      name: 'outputBytes cuts one giant line',
      source: 'console.log("€".repeat(1e6))',
      options: { limits: { outputBytes: 1_000 } },
      reason: 'output_limit',
      check: (run) => {
        assert.equal(texts(run)[0], '€'.repeat(333));
        assert.equal(run.usage.outputBytes, 1_000);
      },
    },
    {
      name: 'outputBytes allows as many short lines as it has times 16 bytes',
      source: 'for (let i = 0; i < 62; i++) console.log("")',
      options: { limits: { outputBytes: 62 * 16 } },
      value: null,
      check: (run) => assert.equal(run.usage.outputBytes, 62 * 16),
    },
    {
      name: 'outputBytes ends a run with one short line more',
      source: 'for (let i = 0; i < 63; i++) console.log("")',
      options: { limits: { outputBytes: 63 * 16 - 1 } },
      reason: 'output_limit',
    },
    {
      name: 'outputBytes counts a line in UTF-8, with its line break',
      source: 'console.log("€".repeat(100)); console.error("a\\nb".repeat(20))',
      value: null,
      check: (run) => assert.equal(run.usage.outputBytes, 301 + 61),
    },
    {
      name: 'outputBytes ends a flood of empty lines',
      source: 'for (;;) console.log("")',
      reason: 'output_limit',
      check: (run) => assert.ok(run.logs.length <= Mi / 16),
    },
    {
      name: 'outputBytes ends a flood of progress',
      source: 'for (;;) progress(0.5)',
      reason: 'output_limit',
    },
    {
      name: 'artifactBytes ends a run that writes too much',
      source: 'for (let i = 0; ; i++) await artifacts.write(`f${i}`, new Uint8Array(600))',
      options: { limits: { artifactBytes: 1_000 } },
      reason: 'artifact_limit',
      check: (run) =>
        assert.deepEqual(
          run.artifacts.map(({ name }) => name),
          ['f0'],
        ),
    },
    {
      name: 'artifactBytes ends a run that writes one that is too large',
      source:
        'artifacts.write("big", new Uint8Array(2e6)); await new Promise((done) => setTimeout(done, 1e8))',
      options: { limits: { artifactBytes: 1_000 } },
      reason: 'artifact_limit',
    },
    {
      name: 'artifactCount ends a run that writes the same one in a loop',
      source: 'for (let i = 0; ; i++) await artifacts.write("same", "x")',
      options: { limits: { artifactCount: 1 } },
      reason: 'artifact_limit',
      message: 'The run wrote artifacts more than 108 times',
      check: (run) => assert.equal(run.artifacts.length, 1),
    },
    {
      name: 'artifactCount ends a run that writes too many',
      source: 'for (let i = 0; ; i++) await artifacts.write(`f${i}`, "x")',
      options: { limits: { artifactCount: 3 } },
      reason: 'artifact_limit',
      check: (run) => assert.equal(run.artifacts.length, 3),
    },
    {
      name: 'limits that are met end nothing',
      source:
        'console.log("x".repeat(99)); await artifacts.write("a", "y".repeat(100)); "z".repeat(98)',
      options: {
        limits: { outputBytes: 100, artifactBytes: 100, artifactCount: 1, valueBytes: 100 },
      },
      value: 'z'.repeat(98),
    },
    { name: 'the run after all these is unharmed', source: '6 * 7', value: 42 },
  ]);

  contract('a run tells what it used', async () => {
    const run = await sandbox().run(
      'let x = 0; const end = Date.now() + 100; while (Date.now() < end) x++; const keep = new Uint8Array(2 ** 24).fill(1); console.log("four"); keep.length',
    );
    assert.ok(run.usage.cpuMs > 10 && run.usage.cpuMs < 5_000, `cpuMs ${run.usage.cpuMs}`);
    assert.ok(
      run.usage.memoryPeakBytes >= 2 ** 24 && run.usage.memoryPeakBytes < 64 * Mi,
      `memoryPeakBytes ${run.usage.memoryPeakBytes}`,
    );
    assert.equal(run.usage.outputBytes, 16);
    assert.equal(run.limits.memoryBytes, 64 * Mi);
    const { queueMs, boxMs, compileMs, runMs, totalMs } = run.timings;
    assert.ok(
      Math.abs(queueMs + boxMs + compileMs + runMs - totalMs) < 0.1,
      JSON.stringify(run.timings),
    );
  });

  contract('sourceBytes and paramsBytes refuse before a box is used', async () => {
    await assert.rejects(async () => sandbox().run('x'.repeat(2 ** 20 + 1)), {
      code: 'source_too_large',
    });
    await assert.rejects(async () => sandbox().run('1', { params: 'x'.repeat(2 ** 20) }), {
      code: 'params_too_large',
    });
    assert.equal(
      (await sandbox().run('params.length', { params: 'x'.repeat(2 ** 20 - 2) })).value,
      2 ** 20 - 2,
    );
  });

  contract('a source as large as sourceBytes runs within the default memory', async () => {
    await using large = await openSandbox({ warm: 0 });
    const statements = 'x = x + 1; f(x, "text", [1, 2, 3]);\n';
    const head = 'let x = 0; const f = (...a) => a;\n';
    const source =
      head + statements.repeat(Math.floor((2 ** 20 - head.length - 1) / statements.length)) + 'x';
    const run = await large.run(source);
    assert.equal(run.reason, null, run.error?.message);
    assert.equal(run.value, Math.floor((2 ** 20 - head.length - 1) / statements.length));
  });

  contract('limits that make no sense are refused with the value and what is allowed', async () => {
    const wrong: [object, RegExp][] = [
      [{ wallMs: -1 }, /wallMs must be a whole number from 1 to \d+, not -1/],
      [{ cpuMs: '5s' }, /cpuMs .* not "5s"/],
      [{ memoryBytes: 1.5 }, /memoryBytes/],
      [{ memoryBytes: Infinity }, /memoryBytes/],
      [{ wallms: 5 }, /^There is no option limits\.wallms\. Its value is 5\. Known: wallMs/],
    ];
    for (const [limits, message] of wrong) {
      await assert.rejects(
        async () => sandbox().run('1', { limits }),
        (error: unknown) => {
          assert.ok(error instanceof CastellanError);
          assert.equal(error.code, 'invalid_limit');
          assert.match(error.message, message);
          return true;
        },
      );
      await assert.rejects(openSandbox({ limits }), { code: 'invalid_limit' });
    }
  });

  contract('every limit is in the result', async () => {
    const run = await sandbox().run('1', { limits: { wallMs: 1_234 } });
    assert.deepEqual(Object.keys(run.limits).toSorted(), Object.keys(limitTable).toSorted());
    assert.equal(run.limits.wallMs, 1_234);
    for (const name of Object.keys(limitTable) as LimitName[]) {
      if (name !== 'wallMs' && name !== 'memoryBytes')
        assert.equal(run.limits[name], limitTable[name].default);
    }
  });
});
