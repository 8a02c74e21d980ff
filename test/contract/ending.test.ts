// When a run ends: what it goes on for, what is dropped, and what its value is then.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before } from 'node:test';
import { type Case, forEachEngine, texts } from './contract.support.ts';

const brief = { limits: { wallMs: 400 } };

/** The one line of the run's log warns that this was dropped at the end. */
const drops =
  (what: string): NonNullable<Case['check']> =>
  (run) => {
    assert.deepEqual(
      run.logs.map(({ level, text }) => [level, text]),
      [['warn', `Dropped at the end of the script: ${what}.`]],
    );
  };

/** The last line of the run's log warns that `wallMs` was over. */
const overtime =
  (what: string, wallMs = 400): NonNullable<Case['check']> =>
  (run) => {
    const { level, text } = run.logs.at(-1) ?? {};
    assert.equal(level, 'warn');
    assert.equal(
      text,
      `Dropped when wallMs (${wallMs} ms) was over: ${what}. The value is the one that the script had when it settled.`,
    );
  };

const logs =
  (...expected: string[]): NonNullable<Case['check']> =>
  (run) =>
    assert.deepEqual(texts(run), expected);

forEachEngine(({ engine, contract, cases, openSandbox, sandboxForFile }) => {
  const sandbox = sandboxForFile({
    helpers: {
      later: async (ms: number) => {
        await new Promise((resolve) => setTimeout(resolve, ms));
        return ms;
      },
      never: async () => new Promise(() => undefined),
    },
  });

  cases(sandbox, [
    {
      name: 'a script that leaves nothing behind ends with its last line',
      source: '1 + 1',
      value: 2,
      check: logs(),
    },
    {
      name: 'timers run, and what they do counts',
      source:
        'const seen = []; setTimeout(() => { seen.push(1); setTimeout(() => seen.push(2), 5) }, 5); seen',
      value: [1, 2],
      check: logs(),
    },
    {
      name: 'a timer without a reference keeps no run open, and works while something else does',
      source:
        'const seen = []; setTimeout(() => seen.push("never"), 60_000).unref(); setInterval(() => seen.push("tick"), 2).unref(); const held = setTimeout(() => {}, 60_000); setTimeout(() => held.unref(), 40); seen.toJSON = () => [...new Set(seen)]; seen',
      value: ['tick'],
      check: logs(),
    },
    {
      name: 'a handle is a number where a number is asked for, as in a browser',
      source:
        'const seen = []; const id = Number(setTimeout(() => seen.push(1), 5)); setTimeout(() => seen.push(2), 5); clearTimeout(id); const text = String(+setTimeout(() => seen.push(3), 5)); clearTimeout(text); seen',
      value: [2],
      check: logs(),
    },
    {
      name: 'the value is read at the end',
      source:
        'const o = { n: 0 }; setTimeout(() => { o.n = 7; o.toJSON = () => ({ n: o.n + 1 }) }, 5); o',
      value: { n: 8 },
    },
    {
      name: 'an interval runs until it is cleared',
      source:
        'let n = 0; const i = setInterval(() => { console.log(++n); if (n === 3) clearInterval(i) }, 2);\nnull',
      check: logs('1', '2', '3'),
    },
    {
      name: 'an interval that nobody clears runs until wallMs, and the value is the one of settling',
      source: 'const seen = []; setInterval(() => seen.push(1), 20); seen',
      options: brief,
      value: [],
      check: overtime('1 timer'),
    },
    {
      name: 'a timer that was cleared keeps nothing going',
      source:
        'clearTimeout(setTimeout(() => {}, 1e8)); clearInterval(setInterval(() => {}, 1e8)); 3',
      value: 3,
      check: logs(),
    },
    {
      name: 'forEach with an async function: all of it happens',
      source: '[1, 2, 3].forEach(async (n) => { await later(n * 5); console.log(n) });',
      check: logs('1', '2', '3'),
    },
    {
      name: 'a main that nobody awaits happens to its end',
      source:
        'async function main() { console.log(await later(5)); await new Promise((r) => setTimeout(r, 5)); console.log("end") }\nmain(); console.log("started");',
      check: logs('started', '5', 'end'),
    },
    {
      name: 'a main whose call is the last line is awaited, and its value is the run’s',
      source: 'async function main() { await later(5); return 9 }\nmain();',
      value: 9,
    },
    {
      name: 'the loser of a race is waited for, as in Node',
      source: 'Promise.race([later(1), later(30).then((ms) => console.log(ms))]).then(() => "won")',
      value: 'won',
      check: logs('30'),
    },
    {
      name: 'the loser of a race is dropped when the winner is returned',
      source: 'return Promise.race([later(1), new Promise((r) => setTimeout(r, 1e8))])',
      value: 1,
      check: drops('1 timer'),
    },
    {
      name: 'a helper that never answers is waited for until wallMs',
      source: 'never(); 4',
      options: brief,
      value: 4,
      check: overtime('1 call of a helper'),
    },
    {
      name: 'an artifact that is not awaited is stored, and what waits for it runs',
      source: 'artifacts.write("a.txt", "x").then(({ name }) => console.log(name)); 5',
      value: 5,
      check: (run) => {
        logs('a.txt')(run);
        assert.deepEqual(
          run.artifacts.map(({ name }) => name),
          ['a.txt'],
        );
      },
    },
    {
      name: 'an artifact is not dropped by a return',
      source: 'artifacts.write("a.txt", "x"); return 5',
      value: 5,
      check: (run) => {
        logs()(run);
        assert.deepEqual(
          run.artifacts.map(({ name }) => name),
          ['a.txt'],
        );
      },
    },
    {
      name: 'cryptography that is not awaited is finished',
      source:
        'crypto.subtle.digest("SHA-256", new Uint8Array(1)).then((d) => console.log(d.byteLength)); 6',
      value: 6,
      check: logs('32'),
    },
    {
      name: 'an import() that is not awaited is finished, with what its file waits for',
      source: {
        files: {
          'main.js': 'import("./slow.mjs").then(({ n }) => console.log(n)); 7',
          'slow.mjs': 'await new Promise((r) => setTimeout(r, 10)); export const n = 8;',
        },
        entry: 'main.js',
      },
      value: 7,
      check: logs('8'),
    },
    {
      name: 'an import() that waits for nothing keeps nothing going',
      source: {
        files: {
          'main.js': 'import("./stuck.mjs"); 7',
          'stuck.mjs': 'await new Promise(() => {}); export const n = 8;',
        },
        entry: 'main.js',
      },
      value: 7,
      check: logs(),
    },
    {
      name: 'messages arrive',
      source:
        'const { port1, port2 } = new MessageChannel(); port2.onmessage = ({ data }) => { console.log(data); if (data === 2) port2.close() }; port1.postMessage(1); port1.postMessage(2); 8',
      value: 8,
      check: logs('1', '2'),
    },
    {
      name: 'event listeners keep nothing going',
      source:
        'const t = new EventTarget(); t.addEventListener("x", () => {}); new AbortController().signal.onabort = () => {}; AbortSignal.timeout(1e8).onabort = () => {}; 9',
      value: 9,
      check: logs(),
    },
    {
      name: 'a microtask that breeds ends at a limit, with the value of settling',
      source: '(async () => { for (;;) await null })(); 10',
      options: brief,
      value: 10,
      check: overtime('what the script went on for'),
    },
    {
      name: 'after a second one line says what is waited for',
      source: 'setTimeout(() => {}, 1_200); never(); 11',
      options: { limits: { wallMs: 1_500 } },
      value: 11,
      check: (run) => {
        const [line, ...others] = run.logs;
        assert.equal(line?.level, 'info');
        assert.equal(
          line?.text,
          'The script has settled and waits for 1 timer and 1 call of a helper.',
        );
        assert.equal(others.length, 1);
      },
    },
  ]);

  // What ends the run at once, and drops the rest by name.
  const rest = 'setTimeout(() => {}, 1e8); setInterval(() => {}, 1e8); never(); never();';
  const dropped = drops('2 timers and 2 calls of helpers');
  cases(sandbox, [
    { name: 'a return ends the run', source: `${rest} return 1`, value: 1, check: dropped },
    { name: 'a bare return ends the run', source: `${rest} return`, check: dropped },
    {
      name: 'a return that is not executed ends nothing',
      source: 'if (params.a === 1) return 1; setTimeout(() => console.log("ran"), 5); 2',
      value: 2,
      check: logs('ran'),
    },
    {
      name: 'an execute ends the run',
      source: `async function execute() { ${rest} return 1 }`,
      value: 1,
      check: dropped,
    },
    {
      name: 'an exported function ends the run',
      source: `module.exports = () => { ${rest} return 1 }`,
      value: 1,
      check: dropped,
    },
    {
      name: 'an exported value ends the run',
      source: `${rest} exports.default = 1`,
      value: 1,
      check: dropped,
    },
    {
      name: 'a default export ends the run',
      source: `${rest} export default 1`,
      value: 1,
      check: dropped,
    },
    {
      name: 'a default function ends the run',
      source: `export default async () => { ${rest} return 1 }`,
      value: 1,
      check: dropped,
    },
    {
      name: 'an import() that is dropped is named',
      source: {
        files: {
          'main.js': 'import("./slow.mjs"); return 1',
          'slow.mjs': 'await new Promise((r) => setTimeout(r, 1e8)); export {};',
        },
        entry: 'main.js',
      },
      value: 1,
      check: (run) =>
        assert.match(
          texts(run)[0] ?? '',
          // Node does not tell of its own imports; what they wait for is named.
          engine === 'isolate' ? / 1 import\(\)\.$/ : / 1 timer\.$/,
        ),
    },
  ]);

  cases(sandbox, [
    {
      name: 'a script that nothing can wake is unsettled, at once',
      source: 'console.log("a");\nawait new Promise(() => {});',
      reason: 'unsettled',
      message: /has not ended, and nothing is left that could wake it/,
      check: logs('a'),
    },
    {
      name: 'the same once the last timer has fired',
      source: 'await new Promise((r) => setTimeout(r, 5)); await new Promise(() => {})',
      reason: 'unsettled',
    },
    {
      name: 'the same for a value that never comes',
      source: 'new Promise(() => {})',
      reason: 'unsettled',
    },
    { name: 'the same for a return', source: 'return new Promise(() => {})', reason: 'unsettled' },
    {
      name: 'the same for an entry',
      source: 'export default () => new Promise(() => {})',
      reason: 'unsettled',
    },
    {
      name: 'the same for a module',
      source: 'await new Promise(() => {}); export default 1',
      reason: 'unsettled',
    },
    {
      name: 'the same for an import()',
      source: {
        files: {
          'main.js': 'await import("./stuck.mjs")',
          'stuck.mjs': 'await new Promise(() => {}); export {}',
        },
        entry: 'main.js',
      },
      reason: 'unsettled',
    },
    ...(
      [
        ['an await', 'console.log(1);\nawait new Promise(() => {});\nconsole.log(2)', 2, 1],
        ['a value', '\n new Promise(() => {})', 2, 2],
        ['a return', 'const a = 1;\nreturn Promise.all([a, new Promise(() => {})])', 2, 8],
        [
          'a called function',
          '(async () => {\n  const x = await new Promise(() => {});\n  return x;\n})()',
          2,
          13,
        ],
        [
          'a named function',
          'const f = async () => {\n  await new Promise(() => {});\n};\nawait f();',
          2,
          3,
        ],
        ['an entry', 'export default async () => {\n  await new Promise(() => {});\n}', 2, 3],
        ['TypeScript', 'enum E { A }\nconst x: E = await new Promise<E>(() => {});\nx', 2, 14],
        [
          'a loop',
          'const a = 1;\nfor await (const x of (async function* () { await new Promise(() => {}); })()) x;',
          2,
          1,
        ],
        [
          'a file too long to be read again',
          `//${'x'.repeat(2 ** 18)}\nawait new Promise(() => {})`,
          null,
          null,
        ],
        ['one of two awaits', 'await 1;\nawait new Promise(() => {})', null, null],
      ] as const
    ).map(([what, source, line, column]) => ({
      name: `unsettled has the place where it waits: ${what}`,
      source,
      reason: 'unsettled' as const,
      check: ({ error }: Run) => assert.deepEqual([error?.line, error?.column], [line, column]),
    })),
    {
      name: 'unsettled has the place in an imported file',
      source: {
        files: {
          'main.js': 'await import("./stuck.mjs")',
          'stuck.mjs': '\nawait new Promise(() => {}); export {}',
        },
        entry: 'main.js',
      },
      reason: 'unsettled',
      check: ({ error }) => assert.deepEqual([error?.file, error?.line], ['stuck.mjs', 2]),
    },
    {
      name: 'a listener on a target that is silent cannot wake a script',
      source: 'await new Promise((r) => new EventTarget().addEventListener("x", r))',
      reason: 'unsettled',
    },
    {
      name: 'before settling wallMs is wall_timeout',
      source: 'await never()',
      options: brief,
      reason: 'wall_timeout',
    },
    {
      name: 'a loop in the top level is wall_timeout',
      source: 'setTimeout(() => {}, 1); for (;;);',
      options: brief,
      reason: 'wall_timeout',
    },
  ]);

  // Whatever else ends a run keeps its reason after settling.
  cases(sandbox, [
    {
      name: 'an error in a timer after settling is uncaught_exception',
      source: 'setTimeout(() => { throw new RangeError("late") }, 5); 1',
      reason: 'uncaught_exception',
      message: 'late',
    },
    {
      name: 'an unhandled rejection after settling is uncaught_exception',
      source: 'later(5).then(() => { throw new RangeError("late") }); 1',
      reason: 'uncaught_exception',
      message: 'late',
    },
    {
      name: 'processor time after settling is cpu_timeout',
      source: 'setTimeout(() => { for (;;); }, 5); 1',
      options: { limits: { cpuMs: 300, wallMs: 20_000 } },
      reason: 'cpu_timeout',
    },
    {
      name: 'logs after settling are output_limit',
      source: 'setInterval(() => console.log("x".repeat(1000)), 0); 1',
      options: { limits: { outputBytes: 20_000 } },
      reason: 'output_limit',
    },
    {
      name: 'artifacts after settling are artifact_limit',
      source:
        'setTimeout(() => { for (let n = 0; n < 9; n++) artifacts.write(`${n}`, "x") }, 5); 1',
      options: { limits: { artifactCount: 3 } },
      reason: 'artifact_limit',
    },
  ]);

  contract('memory after settling is out_of_memory', async () => {
    const source =
      'const all = []; setInterval(() => all.push(new Array(1e6).fill(all.length)), 0); 1';
    const run = await sandbox().run(source, { limits: { cpuMs: 60_000, wallMs: 60_000 } });
    assert.equal(run.reason, 'out_of_memory');
  });

  contract('a run that is cancelled after settling is cancelled', async () => {
    const stop = new AbortController();
    const handle = sandbox().run('setTimeout(() => console.log("up"), 5); never(); 1', {
      signal: stop.signal,
    });
    for await (const event of handle) if (event.type === 'log') stop.abort();
    assert.equal((await handle).reason, 'cancelled');
  });

  contract('each call of a compiled script ends for itself', async () => {
    const execute = await sandbox().compile(
      'const seen = []; setTimeout(() => seen.push(params.n), params.ms); seen',
    );
    const runs = await Promise.all([
      execute({ n: 1, ms: 10 }),
      execute({ n: 2, ms: 1e8 }, { limits: { wallMs: 300 } }),
      execute({ n: 3, ms: 1 }),
    ]);
    assert.deepEqual(
      runs.map(({ value }) => value),
      [[1], [], [3]],
    );
    overtime('1 timer', 300)(runs[1]);
  });

  contract('with reuse tenant an end by wallMs after settling ends the process', async () => {
    await using shared = await openSandbox({ reuse: 'tenant', warm: 1, concurrency: 1 });
    const run = async (source: string, wallMs = 5_000) =>
      shared.run(source, { tenant: 'a', limits: { wallMs } });
    // The clock of the isolate begins with its process.
    const age = 'performance.timeOrigin + performance.now(); return 1';
    assert.equal((await run(age)).value, 1);
    assert.equal((await run('setTimeout(() => {}, 10); 2')).value, 2);
    const late = await run('setInterval(() => {}, 10); 3', 300);
    assert.deepEqual([late.status, late.value], ['succeeded', 3]);
    assert.equal((await run('await new Promise(() => {})')).reason, 'unsettled');
    assert.equal((await run('return 4')).value, 4);
  });

  const server = createServer(({ url }, response) => {
    if (url === '/ok') return void response.end('ok');
    if (url === '/body') return void (response.writeHead(200), response.write('first'));
    return undefined;
  });
  before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  contract('a fetch is waited for until its head, and its body while it is read', async () => {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    await using online = await openSandbox({
      warm: 1,
      network: { allow: [new URL(origin).host], allowPrivate: ['127.0.0.0/8'] },
    });
    const run = (source: string) =>
      online.run(source, { params: origin, limits: { wallMs: 2_000 } });
    const each = await run(
      '[1, 2].forEach(async (n) => { const r = await fetch(params + "/ok"); console.log(n, r.status, await r.text()) });',
    );
    assert.deepEqual(texts(each).toSorted(), ['1 200 ok', '2 200 ok']);
    const late = await run('fetch(params + "/head"); 1');
    assert.deepEqual([late.status, late.value], ['succeeded', 1]);
    overtime('1 fetch', 2_000)(late);
    const read = await run('fetch(params + "/body").then((r) => r.text()); 2');
    assert.equal(read.value, 2);
    assert.match(texts(read).at(-1) ?? '', /^Dropped when wallMs/);
    const returned = await run('fetch(params + "/head"); return 3');
    assert.deepEqual(
      [returned.value, texts(returned)],
      [3, ['Dropped at the end of the script: 1 fetch.']],
    );
    if (engine === 'isolate') {
      const unread = await run('fetch(params + "/body").then((r) => console.log(r.status)); 4');
      assert.deepEqual([unread.value, texts(unread)], [4, ['200']]);
    }
  });
});
