import type { RunEvent } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { forEachEngine, inherited, texts } from './contract.support.ts';

forEachEngine(({ engine, contract, cases, openSandbox, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  async function eventsOf(events: AsyncIterable<RunEvent>): Promise<RunEvent[]> {
    const all: RunEvent[] = [];
    for await (const event of events) all.push(event);
    return all;
  }

  contract('events come in order with one counter, live and again after the end', async () => {
    const handle = sandbox().run(
      'console.log("a"); progress(0.5, "half"); await artifacts.write("f.txt", "x"); console.log("b"); 1',
    );
    const live = await eventsOf(handle);
    assert.deepEqual(
      live.map(({ type }) => type),
      ['run.started', 'log', 'progress', 'artifact', 'log', 'run.finished'],
    );
    assert.deepEqual(
      live.map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6],
    );
    assert.deepEqual(await eventsOf(handle), live);
    const last = live.at(-1);
    assert.ok(last?.type === 'run.finished');
    assert.deepEqual(last.run, await handle);
  });

  contract('a log arrives while the script is still running', async () => {
    const handle = sandbox().run(
      'console.log("first"); await new Promise((done) => setTimeout(done, 1e8))',
      {
        limits: { wallMs: 60_000 },
        signal: AbortSignal.timeout(30_000),
      },
    );
    for await (const event of handle) {
      if (event.type === 'log') break;
    }
    const stop = new AbortController();
    const second = sandbox().run('console.log("spinning"); for (;;);', {
      signal: stop.signal,
      limits: { cpuMs: 60_000, wallMs: 60_000 },
    });
    for await (const event of second) {
      if (event.type === 'log') stop.abort();
    }
    assert.equal((await second).status, 'cancelled');
  });

  contract('cancel kills, keeps logs and artifacts, and says so', async () => {
    const stop = new AbortController();
    const handle = sandbox().run(
      'console.log("kept"); await artifacts.write("kept.txt", "k"); await new Promise((done) => setTimeout(done, 1e8))',
      { signal: stop.signal },
    );
    for await (const event of handle) if (event.type === 'artifact') stop.abort();
    const run = await handle;
    assert.equal(run.reason, 'cancelled');
    assert.deepEqual(texts(run), ['kept']);
    assert.deepEqual(
      run.artifacts.map(({ name }) => name),
      ['kept.txt'],
    );
    assert.equal(Buffer.from(handle.artifact('kept.txt') ?? []).toString(), 'k');
  });

  contract('a signal that was aborted before starts nothing', async () => {
    const run = await sandbox().run('1', { signal: AbortSignal.abort() });
    assert.equal(run.status, 'cancelled');
    assert.equal(run.startedAt, null);
  });

  contract('a run that has ended keeps its status', async () => {
    const stop = new AbortController();
    const handle = sandbox().run('1', { signal: stop.signal });
    await handle;
    stop.abort();
    assert.equal((await handle).status, 'succeeded');
  });

  cases(sandbox, [
    {
      name: 'artifacts are exact bytes with a hash',
      source:
        'const pool = new Uint8Array(100).fill(7); await artifacts.write("a.bin", pool.subarray(10, 14)); const r = await artifacts.write("t.txt", "€", { contentType: "text/plain" }); r',
      value: { name: 't.txt', sizeBytes: 3 },
      check: (run) => {
        assert.deepEqual(
          run.artifacts.map(({ name, sizeBytes, contentType }) => [name, sizeBytes, contentType]),
          [
            ['a.bin', 4, 'application/octet-stream'],
            ['t.txt', 3, 'text/plain'],
          ],
        );
        assert.match(run.artifacts[0]?.sha256 ?? '', /^[0-9a-f]{64}$/);
        assert.match(run.artifacts[0]?.id ?? '', /^art_/);
      },
    },
    {
      name: 'artifact names are cleaned and the last write wins',
      source:
        'for (const n of ["../../etc/passwd", "a/b\\\\c", "..", "", "\\u202egnp.exe\\u0000", ".hidden", "x".repeat(5000), "same", "same"]) await artifacts.write(n, n.slice(0, 3)); 1',
      value: 1,
      check: (run) => {
        const names = run.artifacts.map(({ name }) => name);
        assert.deepEqual(names.slice(0, 4), ['etc_passwd', 'a_b_c', 'artifact', 'gnp.exe']);
        assert.equal(names[4], 'hidden');
        assert.ok(names.every((name) => /^[^/\\\u0000-\u001f]+$/.test(name) && name.length <= 200));
        assert.equal(names.filter((name) => name === 'same').length, 1);
      },
    },
    {
      name: 'artifacts of the wrong kind are an error',
      source: 'try { await artifacts.write("a", { x: 1 }) } catch (e) { return e.message }',
      value: 'artifacts.write() takes a string, an ArrayBuffer or a typed array, not object',
    },
    {
      name: 'progress outside 0 to 1 is an error',
      source: 'try { progress(2) } catch (e) { return e.message }',
      value: 'progress() takes a fraction from 0 to 1, not 2',
    },
  ]);

  contract('a result says which walls were up, as proved from outside', async () => {
    const { isolation } = await sandbox().run('1');
    assert.equal(isolation.driver, 'bubblewrap');
    assert.equal(isolation.reuse, 'never');
    assert.equal(isolation.engine, engine);
    assert.equal(isolation.layers.includes('isolate'), engine === 'isolate');
    for (const layer of [
      'process',
      'userns',
      'pidns',
      'netns',
      'mountns',
      'seccomp',
      'rlimits',
    ] as const) {
      assert.ok(isolation.layers.includes(layer), layer);
    }
  });

  contract('isolation none works only when asked for, and claims no wall', async () => {
    await using open = await openSandbox({ isolation: 'none', warm: 0 });
    const run = await open.run('1 + 1');
    assert.equal(run.value, 2);
    assert.deepEqual(run.isolation, {
      driver: 'none',
      engine,
      reuse: 'never',
      layers: [...(engine === 'isolate' ? ['isolate'] : []), 'process', ...inherited, 'watchdog'],
    });
  });

  contract('a jitless box runs JavaScript, and says that it takes no TypeScript', async () => {
    await using jitless = await openSandbox({ jitless: true, warm: 0 });
    assert.equal((await jitless.run('[1, 2, 3].map((n) => n * 2).join()')).value, '2,4,6');
    const typed = await jitless.run({
      files: { 'a.ts': 'export default 1 as number' },
      entry: 'a.ts',
    });
    assert.equal(typed.reason, 'syntax_error');
    assert.match(typed.error?.message ?? '', /takes JavaScript only/);
  });

  contract('unknown and bad options are refused with the value', async () => {
    await assert.rejects(openSandbox({ isolation: 'podman' as never }), {
      code: 'invalid_option',
      message:
        /isolation must be one of auto, bubblewrap, oci, gvisor, docker, none.*, not "podman"/,
    });
    await assert.rejects(openSandbox({ engine: 'deno' as never }), {
      code: 'invalid_option',
      message: /engine must be one of isolate, node, not "deno"/,
    });
    for (const options of [
      { engine: 'node', reuse: 'tenant' },
      { engine: 'node', jitless: true },
      { engine: 'isolate', childProcesses: true },
      { engine: 'isolate', nodeModules: '/x' },
      { engine: 'node', nodeModules: 'x' },
    ] as const) {
      await assert.rejects(openSandbox(options), { code: 'invalid_option' });
    }
    await assert.rejects(openSandbox({ nope: 1 } as never), {
      code: 'invalid_option',
      message: /no option nope\./,
    });
    await assert.rejects(openSandbox({ concurrency: 0 }), {
      code: 'invalid_option',
      message: /concurrency must be a whole number from 1/,
    });
    await assert.rejects(async () => sandbox().run('1', { params: { f: () => 1 } }), {
      code: 'invalid_params',
      message: /params\.f is a function/,
    });
    await assert.rejects(async () => sandbox().run(5 as never), { code: 'invalid_source' });
    await assert.rejects(
      async () => sandbox().run({ files: { '../x.js': '1' }, entry: '../x.js' }),
      {
        code: 'invalid_source',
        message: /"\.\.\/x\.js"/,
      },
    );
    await assert.rejects(async () => sandbox().run('1', { env: { A: 1 } } as never), {
      code: 'invalid_option',
    });
    await assert.rejects(async () => sandbox().run('1', { tenant: '' }), {
      code: 'invalid_option',
    });
  });

  contract('more runs than the concurrency wait their turn and all end', async () => {
    await using narrow = await openSandbox({ concurrency: 2, warm: 1 });
    const runs = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        narrow.run('await new Promise((r) => setTimeout(r, 20)); params', { params: index }),
      ),
    );
    assert.deepEqual(
      runs.map(({ value }) => value),
      [0, 1, 2, 3, 4, 5, 6, 7],
    );
    assert.ok(runs.some(({ timings }) => timings.queueMs > 10));
  });

  contract(
    'with reuse tenant a process serves its tenant again, in a fresh global scope, and nobody else',
    async () => {
      await using shared = await openSandbox({ reuse: 'tenant', warm: 1, concurrency: 1 });
      const leave =
        'const had = globalThis.secret ?? null; globalThis.secret = params; Object.prototype.leak = params; Array.prototype.push = () => params; return had';
      const runs = [];
      for (const tenant of ['a', 'a', 'b', 'a'])
        runs.push(await shared.run(leave, { params: tenant, tenant }));
      assert.deepEqual(
        runs.map(({ value }) => value),
        [null, null, null, null],
      );
      assert.ok(runs.every(({ isolation }) => isolation.reuse === 'tenant'));
      assert.deepEqual(
        (await shared.run('[({}).leak ?? null, [].push(1)]', { tenant: 'a' })).value,
        [null, 1],
      );
    },
  );

  contract('with reuse tenant a run that names no tenant has a process of its own', async () => {
    await using shared = await openSandbox({ reuse: 'tenant', warm: 1, concurrency: 1 });
    const named = await shared.run('1', { tenant: 'default' });
    const unnamed = await shared.run('1');
    assert.deepEqual([named.isolation.reuse, unnamed.isolation.reuse], ['tenant', 'never']);
    assert.equal(unnamed.tenant, 'default');
    for (const options of [{}, { tenant: 'a' }])
      assert.deepEqual((await shared.check('1', options)).problems, []);
  });

  contract('with reuse tenant a limit ends the process', async () => {
    await using shared = await openSandbox({ reuse: 'tenant', warm: 1, concurrency: 1 });
    const first = await shared.run('while (true);', { limits: { cpuMs: 100 }, tenant: 'a' });
    assert.equal(first.reason, 'cpu_timeout');
    assert.equal((await shared.run('1', { tenant: 'a' })).value, 1);
  });
});
