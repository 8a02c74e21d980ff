import { helper, type HelperContext, HelperError, sync } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { z } from 'zod';
import { forEachEngine } from './contract.support.ts';

forEachEngine(({ contract, cases, openSandbox, sandboxForFile }) => {
  const seen: unknown[] = [];
  const hostError = Object.assign(new TypeError('could not read /etc/secret/key.pem at /usr'), {
    code: 'ENOKEY',
    secret: 'canary',
  });

  const sandbox = sandboxForFile({
    helpers: {
      add: async (a: number, b: number) => a + b,
      double: sync((n: number) => n * 2),
      later: sync(async (n: number) => new Promise((resolve) => setTimeout(resolve, 5, n))),
      remember: (value: unknown) => {
        seen.push(value);
      },
      http: {
        sendGetRequest: async (headers: object, url: string) => ({ headers, url }),
        deep: { er: () => 'deep' },
      },
      fails: () => {
        throw hostError;
      },
      failsSync: sync(() => {
        throw hostError;
      }),
      rejectsText: async () => Promise.reject('plain text'),
      system: () => {
        throw Object.assign(new Error("ENOENT: no such file, open '/root/x'"), { code: 'ENOENT' });
      },
      typed: () => {
        throw new TypeError('no number');
      },
      named: () => {
        throw Object.assign(new Error('no'), { name: '/root/x' });
      },
      refuses: () => {
        throw new HelperError('no such order', {
          name: 'OrderError',
          code: 'E_ORDER',
          fields: { status: 404, message: 'kept out', body: { ids: [1] } },
        });
      },
      badResult: () => new Map(),
      nothing: () => undefined,
      checked: helper((user: { name: string }) => user.name.length, {
        args: z.tuple([z.object({ name: z.string().max(10) })]),
        result: z.number().int(),
      }),
      checkedSync: sync((n: number) => n, { args: z.tuple([z.number().min(0)]) }),
    },
  });

  cases(sandbox, [
    {
      name: 'a helper that failed shows where the script called it, also when it is not awaited there',
      source: 'const f = () => {\n  return fails();\n};\nawait f()',
      reason: 'uncaught_exception',
      at: 'script.js:2:10',
      check: ({ error }) =>
        assert.equal(
          error?.stack,
          'TypeError: could not read <path> at <path>\n    at f (script.js:2:10)\n    at Object.<anonymous> (script.js:4:7)',
        ),
    },
    {
      name: 'an artifact that was not awaited is kept, and there is nothing to warn about',
      source: "artifacts.write('a', 'b'); return 1",
      value: 1,
      check: ({ artifacts, logs }) => assert.deepEqual([artifacts.length, logs], [1, []]),
    },
    {
      name: 'an asynchronous helper gives a promise',
      source: 'const p = add(1, 2); [p instanceof Promise, await p]',
      value: [true, 3],
    },
    { name: 'a synchronous helper gives its result at once', source: 'double(21)', value: 42 },
    {
      name: 'a synchronous helper may wait in the host',
      source: '[later(1), later(2)]',
      value: [1, 2],
    },
    {
      name: 'helpers work inside callbacks and at the top of a module',
      source:
        'const x = double(1); export default async () => [x, [1, 2].map((n) => double(n)), await Promise.all([add(1, 1), add(2, 2)])]',
      value: [2, [2, 4], [2, 4]],
    },
    {
      name: 'groups are objects',
      source: '[await http.sendGetRequest({ A: "b" }, "u"), await http.deep.er()]',
      value: [{ headers: { A: 'b' }, url: 'u' }, 'deep'],
    },
    {
      name: 'a helper without a result gives undefined',
      source: '(await nothing()) === undefined',
      value: true,
    },
    {
      name: 'the host’s error crosses as name, message and code, without stack and paths',
      source:
        'try { await fails() } catch (e) { return [e instanceof Error, Object.keys(e), e.message, e.code, e.stack.includes("helpers.test"), e.secret ?? null, e.name] }',
      value: [
        true,
        ['code'],
        'could not read <path> at <path>',
        'ENOKEY',
        false,
        null,
        'TypeError',
      ],
    },
    {
      name: 'the same for a synchronous helper, with the script’s own frame',
      source: 'try { failsSync() } catch (e) { return [e.code, e.stack] }',
      value: [
        'ENOKEY',
        'TypeError: could not read <path> at <path>\n    at Object.<anonymous> (script.js:1:7)',
      ],
    },
    {
      name: 'a host’s error that nobody catches ends the run',
      source: 'await fails()',
      reason: 'uncaught_exception',
      message: 'could not read <path> at <path>',
    },
    {
      name: 'a system error tells its code',
      source: 'try { await system() } catch (e) { return [e.code, e.message] }',
      value: ['ENOENT', "ENOENT: no such file, open '<path>'"],
    },
    {
      name: 'an error of the host keeps its name, but no name that is not a word',
      source:
        'try { await typed() } catch (e) { try { await named() } catch (f) { return [e.name, e.code, e.message, String(e), f.name] } }',
      value: ['TypeError', 'helper_failed', 'no number', 'TypeError: no number', 'Error'],
    },
    {
      name: 'a rejected text is the message',
      source: 'try { await rejectsText() } catch (e) { return [e.code, e.message] }',
      value: ['helper_failed', 'plain text'],
    },
    {
      name: 'an error that a host made for scripts keeps name, code and fields, at the place of the call',
      source: '\n  await refuses()',
      reason: 'uncaught_exception',
      message: 'no such order',
      at: 'script.js:2:9',
      check: ({ error }) => {
        assert.deepEqual([error?.name, error?.code], ['OrderError', 'E_ORDER']);
        assert.match(error?.stack ?? '', /OrderError\]?: no such order\n[^]*status: 404/);
      },
    },
    {
      name: 'its fields are properties of the error',
      source: 'try { await refuses() } catch (e) { return [e.status, e.body, e instanceof Error] }',
      value: [404, { ids: [1] }, true],
    },
    {
      name: 'arguments that cannot cross name the helper and the place',
      source: '\nreturn http.deep.er(new WeakMap())',
      reason: 'uncaught_exception',
      message: /^http\.deep\.er\(\): arguments\[0\] is a WeakMap/,
    },
    {
      name: 'a result that is no JSON is the host’s mistake, told with its path',
      source: 'try { await badResult() } catch (e) { return e.message }',
      value:
        'the result of badResult is a Map, which JSON cannot carry: write [...map] or Object.fromEntries(map)',
    },
    {
      name: 'arguments that are no JSON are an error in the script',
      source:
        'try { await add(1, { f: 5n }) } catch (e) { return /^add\\(\\): arguments\\[1\\]\\.f is a/.test(e.message) }',
      value: true,
    },
    {
      name: 'a schema checks arguments',
      source:
        'try { await checked({ name: 5 }) } catch (e) { return [e.code, /Arguments of checked: at 0.name: /.test(e.message)] }',
      value: ['invalid_arguments', true],
    },
    { name: 'a schema lets good arguments through', source: 'checked({ name: "abc" })', value: 3 },
    {
      name: 'a schema checks arguments of a synchronous helper',
      source: 'try { checkedSync(-1) } catch (e) { return e.code }',
      value: 'invalid_arguments',
    },
    {
      name: 'helpers look like functions of the script',
      source:
        '[add instanceof Function, add.name, Object.getPrototypeOf(http) === Object.prototype, Object.getPrototypeOf(await http.sendGetRequest({}, "")) === Object.prototype]',
      value: [true, 'add', true, true],
    },
    {
      name: 'keys that look dangerous stay keys on the way to the host',
      source: 'await remember(JSON.parse(\'{"__proto__":{"polluted":1}}\')); 1',
      value: 1,
    },
  ]);

  contract('what a helper got is a copy that pollutes nothing', () => {
    assert.deepEqual(Object.keys(seen[0] as object), ['__proto__']);
    assert.equal(({} as { polluted?: number }).polluted, undefined);
  });

  contract('a helper that is not awaited is dropped with a warning, and told to stop', async () => {
    const aborted = Promise.withResolvers<unknown>();
    await using own = await openSandbox({
      warm: 0,
      helpers: {
        slow(this: HelperContext) {
          return new Promise((_, reject) => {
            this.signal.addEventListener('abort', () => {
              aborted.resolve(this.runId);
              reject(new Error('late'));
            });
          });
        },
      },
    });
    const run = await own.run('slow(); await new Promise((r) => setTimeout(r, 50)); return 1');
    assert.equal(run.value, 1);
    assert.match(
      run.logs[0]?.text ?? '',
      /^Dropped at the end of the script: 1 call of a helper\.$/,
    );
    assert.equal(await aborted.promise, run.id);
    const timedOut = await own.run('await slow()', { limits: { wallMs: 100 } });
    assert.equal(timedOut.reason, 'wall_timeout');
  });

  contract('createSandbox refuses helpers with bad names or kinds', async () => {
    for (const helpers of [
      { 'a-b': () => 1 },
      { ok: { '': () => 1 } },
      JSON.parse('{"__proto__":{"a":1}}'),
      { x: 5 },
    ]) {
      await assert.rejects(openSandbox({ helpers: helpers as never }), { code: 'invalid_option' });
    }
  });

  contract(
    'compile gives a function to call many times, each in a fresh global scope',
    async () => {
      const count = await sandbox().compile(
        'globalThis.n = (globalThis.n ?? 0) + params.by; return globalThis.n',
      );
      const runs = await Promise.all([1, 2, 3].map((by) => count({ by })));
      assert.deepEqual(
        runs.map(({ value }) => value),
        [1, 2, 3],
      );
      assert.equal(new Set(runs.map(({ id }) => id)).size, 3);
      await assert.rejects(sandbox().compile({ files: {}, entry: 'x.js' }), {
        code: 'invalid_source',
      });
    },
  );
});
