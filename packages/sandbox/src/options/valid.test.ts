import { CastellanError, limitTable } from '@castellan/protocol';
import { runInputTable } from '@castellan/protocol/run-input';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SandboxOptions } from './options.ts';
import { runOptionTable } from './run-table.ts';
import { type OptionTable, sandboxOptionTable } from './table.ts';
import { checkOptions, checkRunOptions } from './valid.ts';

const runOptions = {
  params: 1,
  env: { a: 'b' },
  stdin: '',
  timezone: 'UTC',
  limits: {},
  modules: [],
  tenant: 't',
  program: 'v1',
  labels: { a: 'b' },
  browser: false,
  record: { video: true },
  isolation: 'oci',
  signal: new AbortController().signal,
  network: null,
  secrets: { KEY: { value: 'a-long-value', hosts: ['a.example'] } },
  exchange: {
    head: { method: 'GET', url: 'http://a.example/', headers: [], hasBody: false },
    left: new AbortController().signal,
    read: async () => undefined,
    respond: async () => undefined,
    write: async () => undefined,
    end: async () => undefined,
  },
  books: {
    keep: async () => undefined,
    begin: async () => undefined,
  },
};

test('checkRunOptions takes every option of a run', () => {
  assert.deepEqual(checkRunOptions(runOptions), runOptions);
  assert.deepEqual(Object.keys(runOptions).toSorted(), Object.keys(runOptionTable).toSorted());
  for (const name of Object.keys(runInputTable)) assert.ok(name in runOptionTable, name);
});

test('an option that is undefined counts as left out, a copy shares nothing with what was given', () => {
  const env: Record<string, string> = { a: 'b' };
  const options = checkRunOptions({ env, modules: undefined });
  env['a'] = 'c';
  assert.deepEqual(options, { env: { a: 'b' } });
});

test('an option that nobody knows is named, with all that are known', () => {
  assert.throws(() => checkRunOptions({ foo: 1 }), {
    code: 'invalid_option',
    message: /^There is no option foo\. Its value is 1\. Known: params, .*books\.$/,
    option: 'foo',
    value: 1,
    allowed: Object.keys(runOptionTable),
  });
  assert.throws(() => checkOptions({ __proto__: null, constructor: 1 }), {
    message: /^There is no option constructor\..* Known: engine, isolation, .*boxStartMs\.$/,
    allowed: Object.keys(sandboxOptionTable),
  });
});

const wrongRun: readonly (readonly [object, string, string])[] = [
  [{ env: { A: 1 } }, 'env.A', 'env.A must be a text of at most 32768 characters, not 1.'],
  [
    { modules: 'dayjs' },
    'modules',
    'modules must be null or a list, each a text of at most 256 characters, not "dayjs".',
  ],
  [{ modules: [1n] }, 'modules[0]', 'modules[0] must be a text of at most 256 characters, not 1.'],
  [{ signal: null }, 'signal', 'signal must be an AbortSignal, not null.'],
  [{ signal: {} }, 'signal', 'signal must be an AbortSignal, not {}.'],
  [
    { network: { allowPrivate: [] } },
    'network.allowPrivate',
    'There is no option network.allowPrivate. Known: allow.',
  ],
  [
    { books: { id: 'run_1' } },
    'books.id',
    'books.id must be run_ and 32 hexadecimal digits, not "run_1".',
  ],
  [{ books: { keep: 1 } }, 'books.keep', 'books.keep must be a function, not 1.'],
];
for (const [options, option, message] of wrongRun) {
  test(`checkRunOptions says: ${message}`, () => {
    assert.throws(() => checkRunOptions(options), { code: 'invalid_option', option, message });
  });
}

const cycle: Record<string, unknown> = {};
cycle['self'] = cycle;
const { proxy: revoked, revoke } = Proxy.revocable({}, {});
revoke();

const wrong: readonly (readonly [unknown, string | null, RegExp])[] = [
  [5, '', /^The options must be an object, not 5\.$/],
  [null, '', /^The options must be an object, not null\.$/],
  [[], '', /^The options must be an object, not \[\]\.$/],
  [revoked, '', /^The options cannot be read: .*revoked.*\.$/],
  [{ engine: 'deno' }, 'engine', /^engine must be one of isolate, node, not "deno"\.$/],
  [{ floor: ['walls'] }, 'floor[0]', /^floor\[0\] must be one of .*seccomp.*, not "walls"\.$/],
  [{ warm: NaN }, 'warm', /^warm must be a whole number from 0 to 1024, not NaN\.$/],
  [{ warm: 1e300 }, 'warm', /not 1e\+300\.$/],
  [{ concurrency: cycle }, 'concurrency', /not \[object Object\]\.$/],
  [{ runtime: 'x'.repeat(9_999), warm: '1'.repeat(9_999) }, 'warm', /… \(10001 characters\)\.$/],
  [{ nodeModules: './here' }, 'nodeModules', /^nodeModules must be an absolute path, not/],
  [{ browser: { warm: -1 } }, 'browser.warm', /^browser\.warm must be a whole number from 0 to/],
  [
    { browser: { args: [] } },
    'browser.args',
    /^There is no option browser\.args\. Known: warm, executablePath\.$/,
  ],
  [{ network: {} }, 'network.allow', /^network\.allow must be a list/],
  [{ cpus: 0 }, 'cpus', /^cpus must be a number from 0\.05 to 1024, not 0\.$/],
  [{ limits: 5 }, 'limits', /^limits must be an object of limits, not 5\.$/],
  [JSON.parse('{"__proto__": 1}'), '__proto__', /^There is no option __proto__/],
  [
    Object.defineProperty({}, 'warm', { enumerable: true, get: () => assert.fail('mine') }),
    '',
    /^The options cannot be read: "mine"\.$/,
  ],
  [
    { engine: 'node', jitless: true },
    'jitless',
    /^jitless goes with engine isolate only\. Node needs machine code\.$/,
  ],
  [{ childProcesses: true }, 'childProcesses', /^childProcesses goes with engine node only\./],
  [{ engine: 'node', reuse: 'tenant' }, 'reuse', /^reuse must be never with engine node/],
];
for (const [options, option, message] of wrong) {
  test(`checkOptions says: ${message.source}`, () => {
    assert.throws(
      () => checkOptions(options),
      (error) => {
        assert.ok(error instanceof CastellanError, String(error));
        assert.equal(error.code, 'invalid_option');
        assert.match(error.message, message);
        assert.equal(error.option, option);
        return true;
      },
    );
  });
}

test('the value of a secret is in no message and no field', () => {
  const secrets = { '{{KEY}}': { value: 'hunter2-hunter2', hosts: ['a.example', 7] } };
  assert.throws(
    () => checkOptions({ network: { allow: [], secrets } }),
    (error: CastellanError) => {
      assert.equal(error.option, 'network.secrets["{{KEY}}"].hosts[1]');
      assert.ok(!JSON.stringify([error, error.message]).includes('hunter2'));
      return true;
    },
  );
});

for (const [secret, message] of [
  [
    { value: 'hunter2', hosts: ['a.example'] },
    'value must be 8 or more characters of a header, without blanks at the ends; issue a longer one.',
  ],
  [
    { value: 'hunter2-hunter2\n', hosts: ['a.example'] },
    'value must be 8 or more characters of a header, without blanks at the ends; issue a longer one.',
  ],
  [
    { value: 'hunter2-hunter2', hosts: ['a.example'], headers: ['x key'] },
    'headers[0] must be the name of a header.',
  ],
] as const) {
  test(`a secret with ${JSON.stringify(secret)} is refused: ${message}`, () => {
    assert.throws(() => checkOptions({ network: { allow: [], secrets: { '{{KEY}}': secret } } }), {
      code: 'invalid_option',
      message: `network.secrets["{{KEY}}"].${message}`,
      value: undefined,
    });
  });
}

test('an object below a key that nobody knows is not shown: it may hold a secret', () => {
  const netwrk = { secrets: { '{{KEY}}': { value: 'hunter2', hosts: [] } } };
  assert.throws(() => checkOptions({ netwrk }), {
    message: /^There is no option netwrk\. Known: /,
    value: undefined,
  });
});

test('every option has a sentence; a limit of a run has a range of its own', () => {
  for (const [name, { sentence }] of Object.entries({ ...sandboxOptionTable, ...runOptionTable })) {
    assert.match(sentence, /^\S.*\.$/, name);
  }
  assert.ok(Object.keys(limitTable).length > 0);
});

test('a table without a row for an option, or with a wrong one, does not compile', () => {
  const { warm: _, ...rest } = sandboxOptionTable;
  // @ts-expect-error -- warm has no row
  const lacking: OptionTable<SandboxOptions> = rest;
  const { floor } = sandboxOptionTable;
  // @ts-expect-error -- a list is no number
  const wrongKind: OptionTable<SandboxOptions> = { ...sandboxOptionTable, warm: floor };
  assert.ok(!('warm' in lacking) && wrongKind.warm !== sandboxOptionTable.warm);
});
