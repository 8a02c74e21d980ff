import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits, type Run, type RunError, statusOf } from '@castellan/protocol';
import { failureReport, type ReportSource, refusedLines, successLine } from './report.ts';
import type { Paint } from './terminal.ts';

const plain: Paint = (_style, text) => text;
const nothing: ReportSource = { files: new Map(), withheld: new Map() };

function runWith(changes: Partial<Run>): Run {
  const { reason = null } = changes;
  return {
    id: 'run_1',
    status: statusOf(reason),
    reason,
    exitCode: null,
    attempt: 1,
    value: null,
    error: null,
    logs: [],
    truncated: { logs: false, networkRequests: false, networkBytes: false },
    artifacts: [],
    timings: { queueMs: 0.1, boxMs: 45.2, compileMs: 6.1, runMs: 3, totalMs: 54.4 },
    usage: {
      cpuMs: 8.8,
      memoryPeakBytes: 1_234_567,
      browserCpuMs: 0,
      outputBytes: 0,
      networkRequests: 0,
      networkBytes: 0,
    },
    isolation: {
      driver: 'bubblewrap',
      engine: 'isolate',
      reuse: 'never',
      layers: ['isolate', 'userns', 'seccomp'],
    },
    limits: resolveLimits(),
    policy: 'default',
    runtime: null,
    tenant: 'default',
    labels: {},
    queue: { position: 0 },
    createdAt: '2026-11-20T10:00:00.000Z',
    startedAt: '2026-11-20T10:00:00.000Z',
    finishedAt: '2026-11-20T10:00:00.000Z',
    ...changes,
  };
}

const thrown: RunError = {
  name: 'TypeError',
  message: 'user is undefined',
  stack: 'TypeError: user is undefined\n    at greet (main.ts:2:9)\n    at main.ts:4:1',
  file: 'main.ts',
  line: 2,
  column: 9,
};
const files = new Map([['main.ts', 'function greet(user) {\n\treturn user.name;\n}\ngreet();']]);

test('failureReport says what, where, the stack, the walls and the cost', () => {
  const run = runWith({ reason: 'uncaught_exception', error: thrown });
  assert.equal(
    failureReport(run, { ...nothing, files }, plain),
    `
failed: uncaught_exception  The script threw an error.

  TypeError: user is undefined

  main.ts:2:9
  2 |     return user.name;
    |            ^

  at greet (main.ts:2:9)
  at main.ts:4:1

walls (bubblewrap): isolate userns seccomp
54 ms (box 45 ms, compile 6.1 ms, run 3.0 ms); processor 8.8 ms; memory 1.2 MB
more: castellan help uncaught_exception
`,
  );
});

test('failureReport shows the call to the browser that time ran out for', () => {
  const message = 'The run took longer than 4000 ms, waiting for page.click("#go")';
  const stack = `TimeoutError: ${message}\n    at main.ts:2:9`;
  const error = { ...thrown, name: 'TimeoutError', message, stack };
  const run = runWith({ status: 'timed_out', reason: 'wall_timeout', error });
  const text = failureReport(run, { ...nothing, files }, plain);
  assert.match(text, /waiting for page\.click\("#go"\)\n\n  main\.ts:2:9\n  2 \|     return user/);
  const nowhere = { ...error, file: null, line: null, column: null };
  const bare = failureReport(runWith({ ...run, error: nowhere }), { ...nothing, files }, plain);
  assert.doesNotMatch(bare, /TimeoutError/);
});

test('failureReport keeps causes and leaves out a stack that says nothing new', () => {
  const one = { ...thrown, stack: 'TypeError: user is undefined\n    at main.ts:2:9' };
  const run = (error: RunError): string =>
    failureReport(runWith({ reason: 'uncaught_exception', error }), { ...nothing, files }, plain);
  assert.doesNotMatch(run(one), /at main/);
  assert.match(
    run({ ...one, stack: `${one.stack}\n[cause]: Error: deep\n    at main.ts:4:1` }),
    /\[cause\]: Error: deep/,
  );
});

test('failureReport tells the errors inside of one whose stack does not', () => {
  const inner = (message: string): RunError => ({
    ...thrown,
    name: 'Error',
    message,
    stack: `Error: ${message}\n    at main.ts:4:1`,
  });
  const stack = `SuppressedError: two\n    at main.ts:2:9\n  [cause]: Error: shown`;
  const cause = { ...inner('shown'), errors: [inner('closing\x1b'), 'a text'] };
  const error = { ...thrown, name: 'SuppressedError', message: 'two', stack, cause };
  const run = runWith({ reason: 'uncaught_exception', error });
  const text = failureReport(run, { ...nothing, files }, plain);
  assert.match(text, /^ +and: Error: closing\\x1b \(main\.ts:2:9\)$/m);
  assert.doesNotMatch(text, /cause: Error: shown|a text/);
});

test('failureReport obeys nothing that the script wrote', () => {
  const esc = '\x1b]0;owned\x07';
  const error = {
    ...thrown,
    name: `N${esc}`,
    message: `m${esc}\u202e`,
    stack: `at ${esc}`,
    file: `f${esc}.ts`,
  };
  const withheld = new Map([[`./x${esc}`, 'it is a link']]);
  for (const reason of ['uncaught_exception', 'module_not_found'] as const) {
    const text = failureReport(runWith({ reason, error }), { files, withheld }, plain);
    assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
    assert.match(text, /\\x1b/);
  }
});

test('failureReport stays short whatever the script threw', () => {
  const error = {
    ...thrown,
    message: 'long\n'.repeat(3_000),
    stack: `x\n${'    at main.ts:1:1\n'.repeat(1_000)}`,
  };
  const text = failureReport(
    runWith({ reason: 'uncaught_exception', error }),
    { ...nothing, files },
    plain,
  );
  assert.ok(text.split('\n').length < 60);
  assert.match(text, /… 991 more/);
});

test('failureReport quotes the files of the script only', () => {
  for (const file of ['/etc/passwd', '../main.ts', '__proto__']) {
    const run = runWith({ reason: 'uncaught_exception', error: { ...thrown, file, line: 1 } });
    assert.doesNotMatch(failureReport(run, { ...nothing, files }, plain), / \| /);
  }
});

test('failureReport names the option that gives more of what ran out', () => {
  const advice = (changes: Partial<Run>): string => failureReport(runWith(changes), nothing, plain);
  assert.match(
    advice({ reason: 'wall_timeout' }),
    /It had --wall 10s. To give it more: --wall 20s\n/,
  );
  assert.match(advice({ reason: 'cpu_timeout' }), /--cpu 5s. To give it more: --cpu 10s\n/);
  assert.match(advice({ reason: 'out_of_memory' }), /--memory 256mib\n/);
  const truncated = { logs: true, networkRequests: false, networkBytes: false };
  assert.match(advice({ reason: 'output_limit', truncated }), /--output-size 2mib\n/);
  const error = {
    ...thrown,
    message: 'The returned value is larger than 1048576 bytes',
    file: null,
  };
  assert.match(advice({ reason: 'output_limit', error }), /--value-size 2mib\n/);
  assert.match(advice({ reason: 'artifact_limit' }), /--artifact-size 64mib\n/);
  assert.match(
    advice({ reason: 'artifact_limit', limits: resolveLimits({ artifactCount: 0 }) }),
    /It had --artifact-count 0. To give it more: --artifact-count 2\n/,
  );
});

test('failureReport lists what was not taken along when a module is not found', () => {
  const withheld = new Map([['../a.js', 'it lies outside']]);
  const text = failureReport(
    runWith({ reason: 'module_not_found', error: thrown }),
    { files, withheld },
    plain,
  );
  assert.match(text, /Not taken along:\n {4}..\/a.js: it lies outside\n/);
});

test('failureReport says so when no box was started', () => {
  const isolation = { driver: null, engine: 'isolate', reuse: 'never', layers: [] } as const;
  assert.match(
    failureReport(runWith({ reason: 'cancelled', isolation }), nothing, plain),
    /\nno box was started\n/,
  );
});

test('successLine is one line', () => {
  assert.equal(
    successLine(runWith({}), plain),
    'succeeded in 54 ms, processor 8.8 ms, memory 1.2 MB, 3 walls (bubblewrap)\n',
  );
});

test('a limit that requests came up against is named after success and after failure', () => {
  const truncated = { logs: false, networkRequests: true, networkBytes: true };
  const lines = refusedLines(runWith({ truncated }), plain);
  assert.match(
    lines,
    /^Requests were refused\. It had --network-requests 50\. To give it more: .*\n/,
  );
  assert.match(lines, /\nRequests were cut off\. It had --network-size 50mib\./);
  assert.match(
    failureReport(runWith({ reason: 'uncaught_exception', truncated }), nothing, plain),
    /Requests were refused\./,
  );
  assert.equal(refusedLines(runWith({}), plain), '');
});
