import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sealedFlags } from './sealed.ts';
import { startValidator, UndecidedError } from './validator.ts';

/** Longer than any test: what ends these is never the clock. */
const patientMs = 60_000;
const validator = startValidator(patientMs);
after(() => validator[Symbol.asyncDispose]());

const check = (schema: unknown, params: unknown) =>
  validator.check('acme', { schema: JSON.stringify(schema), params: JSON.stringify(params) });
const look = (schema: unknown) =>
  validator.check('acme', { schema: JSON.stringify(schema), params: null });

const person = {
  type: 'object',
  properties: { name: { type: 'string', minLength: 1 }, mail: { format: 'email' } },
  required: ['name'],
  additionalProperties: false,
};
const draft07 = 'http://json-schema.org/draft-07/schema#';

for (const [what, schema, params, verdict] of [
  ['what fits', person, { name: 'Ada', mail: 'ada@example.com' }, null],
  ['a wrong type', person, { name: 1 }, { pointer: '/name', message: 'must be string' }],
  ['a missing field', person, {}, { pointer: '', message: "must have required property 'name'" }],
  [
    'a field too many',
    person,
    { name: 'Ada', age: 1 },
    { pointer: '', message: 'must NOT have additional properties: "age"' },
  ],
  [
    'a format',
    person,
    { name: 'Ada', mail: 'none' },
    { pointer: '/mail', message: 'must match format "email"' },
  ],
  [
    'a word',
    { properties: { a: { enum: ['x', 'y'] } } },
    { a: 'z' },
    { pointer: '/a', message: 'must be equal to one of the allowed values: ["x","y"]' },
  ],
  [
    'a tuple of 2020-12',
    {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      prefixItems: [{ type: 'number' }],
    },
    ['x'],
    { pointer: '/0', message: 'must be number' },
  ],
  [
    'a tuple of draft-07',
    { $schema: draft07, items: [{ type: 'number' }] },
    ['x'],
    { pointer: '/0', message: 'must be number' },
  ],
  [
    'a definition',
    { $defs: { n: { type: 'number' } }, properties: { 'a/b': { $ref: '#/$defs/n' } } },
    { 'a/b': '' },
    { pointer: '/a~1b', message: 'must be number' },
  ],
  [
    'a tree',
    { type: 'object', additionalProperties: { $ref: '#' } },
    { a: { b: 1 } },
    { pointer: '/a/b', message: 'must be object' },
  ],
  ['a remark that nobody knows', { 'x-order': 1 }, 1, null],
  ['nothing at all', false, {}, { pointer: '', message: 'boolean schema is false' }],
] as const) {
  test(`validator compares ${what}`, async () => {
    assert.equal(await look(schema), null);
    assert.deepEqual(await check(schema, params), verdict);
  });
}

for (const [what, schema, message] of [
  ['a type that is none', { type: 'text' }, /type must be equal to one of/],
  ['a format that is none', { format: 'phone' }, /unknown format "phone"/],
  ['a pattern that is none', { pattern: '(' }, /regular expression/],
  ['what has to be fetched', { $ref: 'https://example.com/a.json' }, /can't resolve reference/],
  ['what would answer later', { $async: true, type: 'string' }, /\$async is not taken/],
  ['a dialect that is none', { $schema: 'https://example.com/schema' }, /no schema with key/],
] as const) {
  test(`validator refuses a schema with ${what}`, async () => {
    assert.match((await look(schema))?.message ?? 'nothing', message);
  });
}

test('the schema of one leaves no name behind for that of another', async () => {
  const named = { $id: 'https://example.com/a', type: 'string' };
  assert.equal(await check(named, 'x'), null);
  assert.equal(await check({ ...named, type: 'number' }, 1), null);
  assert.match((await look({ $ref: named.$id }))?.message ?? 'nothing', /can't resolve/);
});

test('the process that compares reads no other file, and starts nothing', () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-canary-'));
  const canary = join(folder, 'keys.sqlite');
  writeFileSync(canary, 'canary');
  const tries = `for (const attempt of [
    () => require('node:fs').readFileSync(process.argv[1], 'utf8'),
    () => require('node:fs').writeFileSync(process.argv[1], 'x'),
    () => require('node:child_process').execFileSync('/bin/cat', [process.argv[1]]),
    () => new (require('node:worker_threads').Worker)('1', { eval: true }),
    () => process.dlopen({ exports: {} }, process.argv[1]),
  ]) try { attempt(); console.log('done') } catch ({ code }) { console.log(code) }`;
  try {
    const run = (flags: readonly string[]): string =>
      execFileSync(process.execPath, [...flags, '-e', tries, canary], { encoding: 'utf8' });
    assert.equal(run(sealedFlags()), 'ERR_ACCESS_DENIED\n'.repeat(4) + 'ERR_DLOPEN_DISABLED\n');
    assert.match(run([]), /^done\ndone\ndone\ndone\n/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a schema that ends the process is undecided, and the next question is answered', async () => {
  await assert.rejects(check({ allOf: [{ $ref: '#' }] }, 1), UndecidedError);
  assert.equal(await check({ type: 'number' }, 1), null);
});

test('a pattern that never ends is undecided, and its process is ended', async () => {
  await using hurried = startValidator(1);
  const schema = JSON.stringify({ pattern: '^(a+)+$' });
  const params = JSON.stringify(`${'a'.repeat(50)}!`);
  await assert.rejects(hurried.check('acme', { schema, params }), UndecidedError);
});

test('of each tenant one question at a time stands in line', async () => {
  await using own = startValidator(patientMs);
  const order: string[] = [];
  const ask = async (tenant: string): Promise<void> => {
    await own.check(tenant, { schema: '{}', params: '1' });
    order.push(tenant);
  };
  await Promise.all([...Array.from({ length: 20 }, () => ask('loud')), ask('quiet')]);
  assert.ok(order.indexOf('quiet') <= 2, order.join());
});
