import assert from 'node:assert/strict';
import type { Problem } from '@castellan/protocol';
import { test } from 'node:test';
import type { Check } from '../../runs/contract/check.ts';
import { startService } from '../service.support.ts';
import { checkAnswerSchema, problemSchema } from '../schemas/answers.ts';

const denied: Problem = {
  code: 'module_denied',
  message: 'Module "fs" is not allowed. Allowed: dayjs.',
  file: 'script.js',
  line: 3,
  column: 1,
  specifier: 'fs',
};
const { specifier: _, ...placed } = denied;
const broken: Problem = { ...placed, code: 'syntax_error', message: 'Unexpected token' };

/** A check that returns `problems` and counts its calls. */
function counted(problems: readonly Problem[] | Error): { check: Check; asked: unknown[] } {
  const asked: unknown[] = [];
  const check: Check = async (submission) => {
    asked.push(submission);
    await Promise.resolve();
    if (problems instanceof Error) throw problems;
    return problems;
  };
  return { check, asked };
}

test('POST /v1/check answers what the check found, and submits nothing', async () => {
  const { check, asked } = counted([denied, broken]);
  await using service = await startService({ check });
  const payload = { code: 'import "fs"', modules: ['dayjs'] };
  const answer = await service.inject({ method: 'POST', url: '/v1/check', payload });
  assert.equal(answer.status, 200);
  assert.deepEqual(checkAnswerSchema.parse(answer.body).problems, [denied, broken]);
  assert.deepEqual((asked[0] as { modules: unknown }).modules, ['dayjs']);
  assert.equal(service.submissions.length, 0);
});

test('POST /v1/check answers 503 when nothing can check, and 422 for params', async () => {
  for (const check of [null, counted(new Error('no launcher')).check]) {
    await using service = await startService({ check });
    const post = (payload: object) => service.inject({ method: 'POST', url: '/v1/check', payload });
    assert.equal((await post({ code: '1' })).status, 503);
    assert.equal((await post({ code: '1', params: 1 })).status, 422);
  }
});

test('a denied static import is refused before queueing, with its place', async () => {
  const { check, asked } = counted([broken, denied]);
  await using service = await startService({ check });
  const payload = { code: 'import "dayjs";\n\nimport "fs"' };
  const submit = { method: 'POST', url: '/v1/runs', payload } as const;
  const answer = await service.inject(submit);
  assert.equal(answer.status, 422);
  const { code, specifier, file, line, column } = problemSchema.parse(answer.body);
  assert.deepEqual(
    [code, specifier, file, line, column],
    ['module_denied', 'fs', 'script.js', 3, 1],
  );
  await service.inject(submit);
  assert.equal(asked.length, 1, 'the same script is not looked at twice');
  assert.equal(service.submissions.length, 0);
});

test('what was found in a script of one tenant is not told to another, nor among callers without a key', async () => {
  const { check, asked } = counted([]);
  await using service = await startService({ check, anonymousPolicy: 'default' });
  const tenants = ['ada', 'grace'].map((tenant) => service.bearer({ tenant }));
  const payload = { code: 'import "dayjs"' };
  for (const headers of [...tenants, ...tenants, {}, {}]) {
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload, headers });
    assert.equal(answer.status, 202);
  }
  const tenantsAsked = asked.map((script) => (script as { tenant: unknown }).tenant);
  assert.deepEqual(tenantsAsked, ['ada', 'grace', 'anonymous', 'anonymous']);
});

test('a check is made for the tenant of its caller', async () => {
  const { check, asked } = counted([]);
  await using service = await startService({ check });
  const headers = service.bearer({ tenant: 'platform', mayNameTenant: true });
  for (const payload of [{ code: '1' }, { code: '1', tenant: 'ada' }])
    await service.inject({ method: 'POST', url: '/v1/check', payload, headers });
  assert.deepEqual(
    asked.map((script) => (script as { tenant: unknown }).tenant),
    ['platform', 'ada'],
  );
});

test('a script without imports is not looked at, and one that cannot be looked at runs', async () => {
  const { check, asked } = counted(new Error('no launcher'));
  await using service = await startService({ check });
  const post = async (code: string): Promise<number> =>
    (await service.inject({ method: 'POST', url: '/v1/runs', payload: { code } })).status;
  assert.equal(await post('return 1'), 202);
  assert.equal(asked.length, 0);
  assert.equal(await post('import "fs"'), 202);
  assert.equal(await post('import "fs"'), 202);
  assert.equal(asked.length, 2, 'a failure is not kept');
});

for (const [code, line, column, status] of [
  ['import fs from "fs"', 1, 1, 422],
  ['import{readFile}from"fs"', 1, 1, 422],
  ['import /* a */ "fs"', 1, 1, 422],
  ['let a; export * from "fs"', 1, 8, 422],
  ['import("fs").catch(() => 1)', 1, 1, 202],
  ['await import // a\n ("fs")', 1, 7, 202],
  ['try { require("fs") } catch {} // import', 1, 7, 202],
  ['import "dayjs"', 9, 9, 202],
] as const) {
  test(`${JSON.stringify(code)}, which is denied, answers ${status}`, async () => {
    const { check } = counted([{ ...denied, line, column }]);
    await using service = await startService({ check });
    const answer = await service.inject({ method: 'POST', url: '/v1/runs', payload: { code } });
    assert.equal(answer.status, status);
  });
}
