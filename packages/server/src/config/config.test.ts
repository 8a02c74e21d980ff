import { CastellanError, layers, limitTable } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { readHelpers } from './helpers.ts';
import { loadConfig } from './load.ts';
import { policyTable } from './policy-table.ts';
import { serverTable } from './server-table.ts';

const read = (given: unknown): ReturnType<typeof readConfig> => readConfig({ given, env: {} });

async function withFile(
  name: string,
  content: string,
  use: (file: string) => Promise<void>,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  try {
    writeFileSync(join(folder, name), content);
    await use(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('readConfig gives every option a value when nothing is written', () => {
  const config = read(undefined);
  assert.deepEqual([config.host, config.port, config.data], ['127.0.0.1', 7_400, '.castellan']);
  assert.equal(config.defaultPolicy, 'default');
  const policy = config.policies.get('default');
  assert.deepEqual(policy?.floor, ['userns', 'pidns', 'netns', 'mountns', 'seccomp']);
  assert.equal(policy?.network, null);
  assert.equal(policy?.limits.wallMs, limitTable.wallMs.default);
  assert.equal(policy?.ceilings.wallMs, 10 * limitTable.wallMs.default);
});

test('readConfig nests what is written below the dots of the names', () => {
  const { queue, rates, policies, defaultPolicy } = read({
    queue: { concurrency: 3 },
    rates: { allow: { keys: ['key_1'] }, rules: [{ name: 'a', by: ['address'], perMinute: 5 }] },
    egress: { resolver: ['127.0.0.1:53'] },
    policies: {
      first: {
        limits: { wallMs: 50 },
        ceilings: { wallMs: 60 },
        network: { allow: ['a.example'], timeouts: { headersMs: 5 } },
      },
      second: {},
    },
  });
  assert.equal(queue.concurrency, 3);
  assert.equal(queue.leaseMs, 15_000);
  assert.deepEqual(rates.allow, { keys: ['key_1'], addresses: [] });
  assert.deepEqual(rates.rules, [{ name: 'a', by: ['address'], perMinute: 5 }]);
  const first = policies.get('first');
  assert.deepEqual([first?.limits.wallMs, first?.ceilings.wallMs], [50, 60]);
  assert.deepEqual(first?.network, {
    allow: ['a.example'],
    allowPrivate: [],
    deny: [],
    secrets: {},
    timeouts: { connectMs: 40_000, headersMs: 5, idleMs: 300_000 },
    resolver: ['127.0.0.1:53'],
  });
  assert.equal(defaultPolicy, 'first');
});

test('the ceilings of what the service carries are the limits themselves, unless they are set', () => {
  const limits = { sourceBytes: 7 };
  const { policies } = readConfig({
    given: { policies: { a: { limits, ceilings: { paramsBytes: 2 ** 24 } } } },
    env: {},
    flags: {},
  });
  const { ceilings } = policies.get('a') ?? {};
  assert.deepEqual(
    [ceilings?.sourceBytes, ceilings?.paramsBytes, ceilings?.valueBytes, ceilings?.outputBytes],
    [7, 2 ** 24, 2 ** 20, 10 * 2 ** 20],
  );
});

test('runs with a browser have defaults and ceilings of their own, and what a policy sets wins', () => {
  const { policies } = read({
    policies: {
      plain: {},
      limited: { limits: { wallMs: 7_000, networkRequests: 5_000 } },
      bounded: { ceilings: { wallMs: 20_000 } },
    },
  });
  const [wall, requests, cpu] = ['wallMs', 'networkRequests', 'browserCpuMs'] as const;
  for (const [name, limits, ceilings] of [
    ['plain', [60_000, 1_000, 30_000], [600_000, 10_000, 300_000]],
    ['limited', [7_000, 5_000, 30_000], [70_000, 50_000, 300_000]],
    ['bounded', [20_000, 1_000, 30_000], [20_000, 10_000, 300_000]],
  ] as const) {
    const { withBrowser } = policies.get(name) ?? assert.fail(name);
    for (const [bounds, expected] of [
      [withBrowser.limits, limits],
      [withBrowser.ceilings, ceilings],
    ] as const)
      assert.deepEqual([bounds[wall], bounds[requests], bounds[cpu]], expected, name);
    assert.equal(withBrowser.ceilings.paramsBytes, limitTable.paramsBytes.default);
  }
  assert.equal(policies.get('bounded')?.limits.wallMs, limitTable.wallMs.default);
});

test('a flag wins over the environment, the environment over the file', () => {
  const sources = {
    given: { port: 1, host: 'file', data: 'file' },
    env: {
      CASTELLAN_PORT: '2',
      CASTELLAN_HOST: 'environment',
      CASTELLAN_TRUSTED_PROXIES: '::1, 10.0.0.0/8',
    },
    flags: { port: { value: '3', name: '--port' } },
  };
  const { port, host, data, trustedProxies } = readConfig(sources);
  assert.deepEqual([port, host, data], [3, 'environment', 'file']);
  assert.deepEqual(trustedProxies, ['::1', '10.0.0.0/8']);
});

for (const [given, message] of [
  [{ prot: 1 }, /^There is no option prot\. Its value is 1\. Known: host, port, .*, policies\.$/],
  [{ queue: { size: 1 } }, /^There is no option queue\.size\. .* Known: concurrency,/],
  [{ 'queue.concurrency': 1 }, /^There is no option \["queue\.concurrency"\]/],
  [{ port: '7400' }, /^port must be a whole number from 0 to 65535, not "7400"\.$/],
  [{ queue: 5 }, /^queue must be an object, not 5\.$/],
  [{ trustedProxies: ['a', 1] }, /^trustedProxies\[1\] must be a text, not 1\.$/],
  [{ policies: [] }, /^policies must be an object of policies by name, not \[\]/],
  [{ policies: { '../x': {} } }, /"\.\.\/x" cannot name a policy/],
  [
    { policies: { a: { engine: 'deno' } } },
    /^policies\.a\.engine must be one of isolate, node, not "deno"/,
  ],
  [
    { policies: { a: { limits: { wallMs: 0 } } } },
    /^policies\.a\.limits\.wallMs must be null or a whole number from 1 to/,
  ],
  [
    { policies: { a: { limits: { wallMs: 20 }, ceilings: { wallMs: 10 } } } },
    /^policies\.a\.ceilings\.wallMs must be 20 \(limits\.wallMs\) or more, not 10/,
  ],
  [
    { policies: { a: { isolation: 'none' } } },
    /^policies\.a\.floor must be \[\] with isolation "none"/,
  ],
  [
    { policies: { a: { isolation: ['bubblewrap', 'none'] } } },
    /^policies\.a\.isolation.* must be one of auto, bubblewrap, oci, gvisor.* not "none"/,
  ],
  [
    { policies: { a: { isolation: [] } } },
    /^policies\.a\.isolation must be one of .*, or a list of one or more of them without none, not \[\]/,
  ],
  [{ policies: { a: { helpers: { f: () => 1 } } } }, /^policies\.a\.helpers needs a config file/],
  [
    { store: { url: 'postgres://a/b' }, functions: { http: { port: 0 } } },
    /^functions\.http\.port cannot be used with store\.url/,
  ],
  [
    { launchers: 0, functions: { http: { port: 0 } } },
    /functions\.http\.port cannot be used with launchers 0: .*leave one of the two out/,
  ],
  [{ functions: { http: { hosts: { 'A.example': 'a/b' } } } }, /must be .*host in lower case/],
  [{ functions: { http: { hosts: { 'a.example': 'b' } } } }, /must be a function as tenant\/name/],
  [{ keys: { anonymousPolicy: 'b' } }, /^keys\.anonymousPolicy must be one of default, not "b"/],
  [
    { policies: { a: { reuse: 'tenant' } }, keys: { anonymousPolicy: 'a' } },
    /^policies\.a\.reuse must be never, not "tenant": callers without a key/,
  ],
  [{ __proto__: null, constructor: 1 }, /^There is no option constructor\./],
] as const) {
  test(`readConfig refuses ${JSON.stringify(given)}, names the key and shows the value`, () => {
    assert.throws(
      () => read(given),
      (error) => {
        assert.ok(error instanceof CastellanError && error.code === 'invalid_option');
        assert.match(error.message, message);
        return true;
      },
    );
  });
}

test('readConfig names the variable of the environment, or the flag, that is wrong', () => {
  assert.throws(
    () => readConfig({ env: { CASTELLAN_PORT: '99999' } }),
    /^CastellanError: CASTELLAN_PORT must be .*, not 99999\.$/,
  );
  const flags = { port: { value: 'x', name: '--port' } };
  assert.throws(() => readConfig({ env: {}, flags }), /--port must be .*, not "x"\./);
});

test('readConfig never shows a secret', () => {
  const secrets = { '{{KEY}}': { value: 'hunter2-hunter2', hosts: 'a.example' } };
  assert.throws(
    () => read({ policies: { a: { network: { allow: [], secrets } } } }),
    (error: Error) =>
      error.message.startsWith('policies.a.network.secrets["{{KEY}}"].hosts must be a list') &&
      !JSON.stringify([error, error.message]).includes('hunter2'),
  );
  const short = { '{{KEY}}': { value: 'hunter2', hosts: ['a.example'] } };
  assert.throws(() => read({ policies: { a: { network: { allow: [], secrets: short } } } }), {
    message:
      'policies.a.network.secrets["{{KEY}}"].value must be 8 or more characters of a header, without blanks at the ends; issue a longer one.',
    value: undefined,
  });
  // Nor below a key that nobody knows.
  assert.throws(
    () => read({ policies: { a: { netwrk: { secrets } } } }),
    /^CastellanError: There is no option policies\.a\.netwrk\. Known: engine, isolation, /,
  );
});

test('readConfig takes secrets with and without headers', () => {
  const secrets = {
    '{{OLD_KEY}}': { value: 'hunter2-hunter2', hosts: ['a.example'] },
    '{{NEW_KEY}}': { value: 'hunter3-hunter3', hosts: ['a.example'], headers: ['x-key'] },
  };
  const { policies } = read({ policies: { a: { network: { allow: ['a.example'], secrets } } } });
  assert.deepEqual(policies.get('a')?.network?.secrets, secrets);
});

test('what is wrong with a config is in fields, too', () => {
  const wrong: readonly (readonly [object, object])[] = [
    [
      { policies: { a: { floor: ['seccomp', 'nope'] } } },
      { option: 'policies.a.floor[1]', value: 'nope', allowed: Object.keys(layers) },
    ],
    [
      { keys: { anonymousPolicy: 'b' } },
      { option: 'keys.anonymousPolicy', value: 'b', allowed: ['default'] },
    ],
    [
      { policies: { a: { limits: { wallMs: 20 }, ceilings: { wallMs: 10 } } } },
      { option: 'policies.a.ceilings.wallMs', value: 10, allowed: null },
    ],
    [{ queue: { size: 1 } }, { option: 'queue.size', value: 1, fix: null }],
  ];
  for (const [given, fields] of wrong) {
    assert.throws(() => read(given), { code: 'invalid_option', ...fields });
  }
});

test('loadConfig reads a program in TypeScript, and the launcher finds the helpers in it', () =>
  withFile(
    'castellan.config.ts',
    `const port: number = 7401;
     export default { port, policies: { a: { helpers: { log: (text: string) => text } }, b: {} } };`,
    async (file) => {
      const config = await loadConfig(file, {}, {});
      assert.deepEqual([config.port, config.file, config.hasHelpers], [7_401, file, true]);
      const helpers = await readHelpers(file);
      assert.deepEqual([...helpers.keys()], ['a']);
      assert.equal(typeof helpers.get('a')?.['log'], 'function');
    },
  ));

test('loadConfig reads JSON', () =>
  withFile('castellan.config.json', '{ "port": 7402 }', async (file) => {
    assert.equal((await loadConfig(file, {}, {})).port, 7_402);
  }));

test('loadConfig refuses a file that is not there', () =>
  assert.rejects(loadConfig('/nowhere/castellan.config.ts', {}, {}), /does not exist/));

test('every option has a sentence, a default that fits, and a variable of its own', () => {
  const variables = new Set<string>();
  for (const [name, row] of Object.entries({ ...serverTable, ...policyTable })) {
    assert.match(row.sentence, /^[A-Z].*[.]$/, name);
    assert.deepEqual(row.kind.read(row.default), row.default, name);
    if (row.env === null) continue;
    assert.match(row.env, /^CASTELLAN_[A-Z_]+$/);
    assert.ok(!variables.has(row.env), row.env);
    variables.add(row.env);
  }
});

test('a policy has packages, no browser and no processes unless it says otherwise', () => {
  const { runtime, modules, browser, childProcesses } = read({}).policies.get('default') ?? {};
  assert.deepEqual([runtime, modules, browser, childProcesses], ['2026.11', null, false, false]);
  const given = { runtime: null, browser: { warm: 2 } };
  const policy = read({ policies: { a: given } }).policies.get('a');
  assert.deepEqual([policy?.runtime, policy?.browser], [null, { warm: 2 }]);
});

test('a policy records what it says, and films nothing without a browser', () => {
  const record = { video: true, trace: true };
  const { policies } = read({ policies: { a: {}, b: { browser: true, record } } });
  assert.deepEqual(policies.get('a')?.record, { video: false, trace: false });
  assert.deepEqual(policies.get('b')?.record, record);
  assert.throws(() => read({ policies: { a: { record } } }), {
    code: 'invalid_option',
    option: 'policies.a.record.video',
    message: /policies\.a\.record\.video must be false where browser is false/,
  });
});

test('a policy may have browsers with either engine', () => {
  for (const engine of ['isolate', 'node'] as const) {
    const policy = read({ policies: { a: { engine, browser: true } } }).policies.get('a');
    assert.deepEqual([policy?.engine, policy?.browser], [engine, true]);
  }
});

for (const [policy, message] of [
  [
    { engine: 'node', reuse: 'tenant' },
    /^policies\.a\.reuse must be never with engine "node"; it is "tenant"\.$/,
  ],
  [
    { childProcesses: true },
    /^policies\.a\.childProcesses must be false with engine "isolate"; it is true\.$/,
  ],
  [
    { browser: { warm: -1 } },
    /^policies\.a\.browser\.warm must be a whole number from 0 to 1024, not -1\.$/,
  ],
  [
    { browser: { args: [] } },
    /^There is no option policies\.a\.browser\.args\. Known: warm, executablePath\.$/,
  ],
  [
    { browser: 'yes' },
    /^policies\.a\.browser must be true or false, or an object \{ warm, executablePath \}, not "yes"/,
  ],
  [
    { hardened: true, engine: 'node' },
    /^policies\.a\.hardened must be false with engine "node"; it is true\.$/,
  ],
  [
    { hardened: true, isolation: 'none', floor: [] },
    /^policies\.a\.hardened must be false with isolation "none", which builds no walls\.$/,
  ],
  [{ floor: ['nope'] }, /^policies\.a\.floor\[0\] must be one of isolate, .*, not "nope"\.$/],
] as const) {
  test(`the policy ${JSON.stringify(policy)} is refused, by the key`, () => {
    assert.throws(() => read({ policies: { a: policy } }), { code: 'invalid_option', message });
  });
}
