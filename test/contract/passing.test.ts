// What passes between a script and the helpers of its host besides JSON: bytes and functions.
import { type HelperContext, sync } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { forEachEngine } from './contract.support.ts';

type Callback = (...args: unknown[]) => Promise<unknown>;

forEachEngine(({ contract, cases, openSandbox, sandboxForFile }) => {
  const kept: Callback[] = [];
  const seen: unknown[] = [];
  const sandbox = sandboxForFile({
    helpers: {
      echo: async (...values: unknown[]) => values,
      kinds: async (value: object) =>
        Object.entries(value).map(([key, part]: [string, object]) => [key, part.constructor.name]),
      take: async (value: unknown) => void seen.push(value),
      bytes: async (length: number) => new Uint8Array(length).fill(7),
      pooled: async () => ({
        buffer: Buffer.from('pooled'),
        view: new DataView(new ArrayBuffer(2)),
      }),
      size: sync((bytes: Uint8Array) => bytes.length),
      bytesNow: sync(() => [Uint8Array.of(1, 2), 'x']),
      each: async (items: number[], call: Callback) => Promise.all(items.map((item) => call(item))),
      call: async (call: Callback, ...args: unknown[]) => call(...args),
      on: async ({ event }: { event: Callback }) => void kept.push(event),
      // Does not wait for what it starts.
      leave: (f: () => Promise<unknown>) => void f(),
      same: async (one: Callback, other: Callback) => one === other,
      message: async (call: Callback) =>
        call().then(
          () => 'returned',
          (error: Error & { code?: string }) => [error.code, error.message],
        ),
      flood: async (call: Callback) =>
        Array.from({ length: 1_025 }, () => call().catch((error: Error) => error.message)).at(-1),
      // Calls a function that the script stands still for.
      callNow: sync(async () =>
        kept
          .at(-1)?.()
          .then(
            () => 'returned',
            (error: Error) => error.message,
          ),
      ),
      badResult: async () => ({ f: () => 1 }),
    },
  });

  cases(sandbox, [
    {
      name: 'bytes cross to a helper and back, wherever they stand',
      source: `
        const image = Uint8Array.from([0, 255, 128]);
        const [whole, { deep: [, inner] }, none] = await echo(image, { deep: [1, image.subarray(1)] }, new Uint8Array());
        return [whole instanceof Uint8Array, [...whole], [...inner], none.length, whole.buffer.byteLength];`,
      value: [true, [0, 255, 128], [255, 128], 0, 3],
    },
    {
      name: 'every kind of view and buffer crosses as a Uint8Array of its bytes',
      source: `
        const buffer = new Uint8Array([1, 2, 3, 4]).buffer;
        return kinds({ buffer, view: new DataView(buffer, 1, 2), wide: new Uint16Array(buffer), float: new Float32Array(1) });`,
      value: [
        ['buffer', 'Uint8Array'],
        ['view', 'Uint8Array'],
        ['wide', 'Uint8Array'],
        ['float', 'Uint8Array'],
      ],
    },
    {
      name: 'a result of pooled bytes holds nothing of the pool',
      source: `
        const { buffer, view } = await pooled();
        return [String.fromCharCode(...buffer), buffer.buffer.byteLength, view.length, buffer.constructor.name];`,
      value: ['pooled', 6, 2, 'Uint8Array'],
    },
    {
      name: 'a mebibyte in each direction',
      source:
        'const b = await bytes(2 ** 20); const [c] = await echo(b); return [b.length, c.length, c[5]]',
      value: [2 ** 20, 2 ** 20, 7],
    },
    {
      name: 'a synchronous helper that calls a function of the script is told that nobody can answer',
      source: 'await on({ event: () => 1 }); return callNow()',
      value:
        'The function of the script failed: the script waits for a synchronous helper, and can answer nothing before it returns',
    },
    {
      name: 'a synchronous helper takes and gives bytes',
      source: 'return [size(new Uint8Array(5)), [...bytesNow()[0]], bytesNow()[1]]',
      value: [5, [1, 2], 'x'],
    },
    {
      name: 'what looks like a parcel is only JSON',
      source:
        'return echo([null, [{ path: [], length: 3 }]], { $bytes: 1 }, new Uint8Array([9]).length)',
      value: [[null, [{ path: [], length: 3 }]], { $bytes: 1 }, 1],
    },
    {
      name: 'keys of any name lead to bytes',
      source: `
        const [value] = await echo(JSON.parse('{"__proto__":{"a b":[null]},"constructor":null}', (key, v) => (key === '0' ? new Uint8Array([3]) : v)));
        return [Object.keys(value), value['__proto__']['a b'][0][0]];`,
      value: [['__proto__', 'constructor'], 3],
    },
    {
      name: 'more bytes than may cross at a time are refused',
      source: 'return echo(new Uint8Array(2 ** 24 + 1)).catch((e) => [e.name, e.message])',
      value: ['RangeError', 'echo(): arguments: more than 16777216 bytes are not sent at a time'],
    },
    {
      name: 'a helper calls a function of the script, and gets what it returns',
      source: 'let n = 0; return [await each([1, 2, 3], async (x) => (n += x, x * 2)), n]',
      value: [[2, 4, 6], 6],
    },
    {
      name: 'arguments and results of such a function may be bytes',
      source: `
        const grow = (bytes, by) => ({ bytes: Uint8Array.from([...bytes, by]), undef: undefined });
        const { bytes: all } = await call(grow, new Uint8Array([1]), 2);
        return [[...all], (await call(() => undefined)) ?? 'none'];`,
      value: [[1, 2], 'none'],
    },
    {
      name: 'the same function is the same for the helper',
      source: 'const f = () => 1; return [await same(f, f), await same(f, () => 1)]',
      value: [true, false],
    },
    {
      name: 'what such a function throws reaches the helper as text, and never ends the run',
      source: `
        return [
          await message(() => { throw new TypeError('bad\\n\\u202e') }),
          await message(async () => { throw 'text' }),
          await message(() => { throw { get message() { throw 1 } } }),
          await message(() => new Map()),
          await message(() => Symbol()),
        ].map(([code, text]) => [code, text.slice(0, 55)]);`,
      value: [
        ['callback_failed', 'The function of the script failed: TypeError: bad\\n\\u20'],
        ['callback_failed', 'The function of the script failed: NonError: text'],
        ['callback_failed', 'The function of the script failed: NonError: a value th'],
        ['callback_failed', 'The function of the script failed: NotJsonError: the re'],
        ['callback_failed', 'The function of the script failed: NotJsonError: the re'],
      ],
    },
    {
      name: 'a function that fails unheard ends neither the run nor the host',
      source: `
        await leave(() => { throw new Error('unheard') });
        await leave(() => new Map());
        return call(() => 'after');`,
      value: 'after',
    },
    {
      name: 'what JSON cannot carry is refused where the script made the call',
      source: `
        const deep = { a: [{ b: { c: new Map() } }] };
        return call(deep);`,
      reason: 'uncaught_exception',
      check: ({ error }) => {
        assert.match(error?.message ?? '', /^call\(\): arguments\[0\]\.a\[0\]\.b\.c is a Map/);
        assert.deepEqual([error?.file, error?.line, error?.column], ['script.js', 3, 16]);
      },
    },
    {
      name: 'an object with a function "then" is refused, since who awaits it would call it',
      source: `
        const thenable = { then() { console.log('called') } };
        return [await call(thenable).catch((e) => e.code), await same([thenable], 1).catch((e) => e.message.slice(-26))];`,
      value: ['invalid_arguments', 'a function is named "then"'],
    },
    {
      name: 'a synchronous helper cannot be given a function',
      source: 'size(() => 1)',
      reason: 'uncaught_exception',
      message:
        'size() answers at once, and so cannot be given a function; an asynchronous helper can',
    },
    {
      name: 'a helper cannot return a function',
      source: 'return badResult().catch((e) => e.message.slice(0, 37))',
      value: 'the result of badResult.f is a functi',
    },
    {
      name: 'artifacts.read gives back what the run has written, the last write of a name',
      source: `
        await artifacts.write('a/b.bin', new Uint8Array([1, 255]));
        await artifacts.write('t.txt', 'one');
        await artifacts.write('t.txt', 'zw\u00f6lf');
        const bytes = await artifacts.read('a/b.bin');
        bytes[0] = 9;
        return [[...await artifacts.read('a_b.bin')], await artifacts.read('t.txt', 'utf8'), bytes.constructor.name];`,
      value: [[1, 255], 'zw\u00f6lf', 'Uint8Array'],
    },
    {
      name: 'an artifact that was not written is not found',
      source: `
        const before = await artifacts.read('x').catch(({ code, message }) => [code, message]);
        await artifacts.write('y', '');
        return [before, await artifacts.read('../y').then((b) => b.length), await artifacts.read('/etc/passwd').catch(({ message }) => message)];`,
      value: [
        ['not_found', 'The run has written no artifact "x". Artifacts: none yet'],
        0,
        'The run has written no artifact "/etc/passwd". Artifacts: y',
      ],
    },
    {
      name: 'many large reads at a time are answered one after the other',
      source: `
        await artifacts.write('large', new Uint8Array(2 ** 20));
        const all = await Promise.all(Array.from({ length: 30 }, () => artifacts.read('large').then((b) => b.length)));
        return all.every((length) => length === 2 ** 20);`,
      value: true,
    },
  ]);

  contract('a function is dead after the end of its run, and belongs to it alone', async () => {
    kept.length = 0;
    await sandbox().run('await on({ event: () => "first" }); return 1');
    await sandbox().run('await on({ event: () => "second" }); return 1');
    for (const call of kept) {
      await assert.rejects(call(), { name: 'CastellanError', code: 'run_ended' });
    }
    assert.equal(kept.length, 2);
  });

  contract(
    'a call that is open at the end of the run is rejected, and keeps no run alive',
    async () => {
      const result = Promise.withResolvers<unknown>();
      await using own = await openSandbox({
        warm: 0,
        helpers: {
          start(this: HelperContext, call: Callback) {
            result.resolve(call().catch((error: { code: string }) => error.code));
          },
        },
      });
      const run = await own.run('await start(() => new Promise(() => {})); return 1');
      assert.equal(run.value, 1);
      assert.equal(await result.promise, 'run_ended');
    },
  );

  contract('functions and calls of them are bounded', async () => {
    const run = await sandbox().run(
      'for (let i = 0; i < 17; i++) await take(Array.from({ length: 1000 }, () => () => i)); return 1',
    );
    assert.equal(run.error?.message, 'More than 16384 functions were passed to helpers');
    const waiting = await sandbox().run('return flood(() => new Promise(() => {}))');
    assert.match(JSON.stringify(waiting.value), /more than 1024 calls, or too many bytes, wait/);
  });
});
