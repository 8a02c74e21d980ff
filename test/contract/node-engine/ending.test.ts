// What keeps a script of full Node going: what keeps Node's event loop going, and nothing else.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createSandbox, type Run, type RunOptions, type Sandbox } from '@castellan/sandbox';

let sandbox: Sandbox;

before(async () => {
  sandbox = await createSandbox({
    engine: 'node',
    modules: ['node:*'],
    childProcesses: true,
    limits: { processes: 4 },
  });
});
after(() => sandbox[Symbol.asyncDispose]());

interface Row {
  readonly name: string;
  readonly source: string;
  readonly options?: RunOptions;
  readonly reason?: Run['reason'];
  readonly value?: unknown;
  /** The lines of its log. */
  readonly logs?: readonly string[];
  readonly exitCode?: number;
}

const brief: RunOptions = { limits: { wallMs: 700 } };
const dropped = (what: string): string =>
  `Dropped when wallMs (700 ms) was over: ${what}. The value is the one that the script had when it settled.`;
const server = `const { createServer } = require('node:net');`;

const rows: readonly Row[] = [
  {
    name: 'a server listens until it is closed',
    source: `${server} const s = createServer().listen('/scratch/s', () => { console.log('open'); s.close(() => console.log('closed')) }); 'given'`,
    value: 'given',
    logs: ['open', 'closed'],
  },
  {
    name: 'a server that nobody closes listens until wallMs',
    source: `${server} createServer().listen(0); 'given'`,
    options: brief,
    value: 'given',
    logs: [dropped('1 server')],
  },
  {
    name: 'a server without a reference keeps nothing going',
    source: `${server} createServer().listen('/scratch/u').unref(); 'given'`,
    value: 'given',
    logs: [],
  },
  {
    name: 'a child goes on to its end, and what it says is heard',
    source: `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'console.log(6 * 7)']);
      child.stdout.on('data', (bytes) => console.log(String(bytes).trim()));
      child.on('close', (code) => console.log('closed', code));
      'given'`,
    value: 'given',
    logs: ['42', 'closed 0'],
  },
  {
    name: 'a worker goes on to its end',
    source: `const { Worker } = require('node:worker_threads');
      const worker = new Worker("setTimeout(() => require('node:worker_threads').parentPort.postMessage('done'), 20)", { eval: true });
      worker.on('message', (text) => console.log(text));
      'given'`,
    value: 'given',
    logs: ['done'],
  },
  {
    name: 'an operation on files goes on to its end',
    source: `require('node:fs').writeFile('/scratch/f', 'x', () => console.log('written')); 'given'`,
    value: 'given',
    logs: ['written'],
  },
  {
    name: 'a timer without a reference keeps nothing going',
    source: `setTimeout(() => console.log('late'), 300).unref(); 'given'`,
    value: 'given',
    logs: [],
  },
  {
    name: 'beforeExit may give the loop more to do, and exit is the last that a script sees',
    source: `let turns = 0; const value = { turns: 0 };
      process.on('beforeExit', () => { if (++turns < 3) setTimeout(() => { value.turns = turns }, 1) });
      process.on('exit', (code) => { console.log('exit', code, value.turns); value.exit = true });
      value`,
    value: { turns: 2, exit: true },
    logs: ['exit 0 2'],
  },
  {
    name: 'listeners keep nothing going, whoever removes them',
    source: `process.on('SIGTERM', () => {}); new (require('node:events'))().on('x', () => {}); process.removeAllListeners(); 'given'`,
    value: 'given',
    logs: [],
  },
  {
    name: 'an exit code that was set counts at the end of the loop',
    source: `setTimeout(() => { process.exitCode = 3 }, 5); 'given'`,
    reason: 'exit_nonzero',
    exitCode: 3,
  },
  {
    name: 'an error in what went on fails the run',
    source: `setTimeout(() => { throw new TypeError('late') }, 5); 'given'`,
    reason: 'uncaught_exception',
  },
  {
    name: 'a promise that nothing can settle is unsettled, whatever listens',
    source: `process.on('message', () => {}); await new Promise(() => {})`,
    reason: 'unsettled',
  },
  {
    name: 'a return drops a server',
    source: `${server} createServer().listen(0); return 'given'`,
    value: 'given',
    logs: ['Dropped at the end of the script: 1 server.'],
  },
];

for (const { name, source, options, reason = null, value = null, logs, exitCode } of rows) {
  test(name, async () => {
    const run = await sandbox.run(source, options);
    assert.equal(run.reason, reason, `${run.error?.message} ${JSON.stringify(run.logs)}`);
    assert.deepEqual(run.value, value);
    const texts = run.logs.map(({ text }) => text);
    if (logs !== undefined) assert.deepEqual(texts, logs);
    if (exitCode !== undefined) assert.equal(run.exitCode, exitCode);
  });
}
