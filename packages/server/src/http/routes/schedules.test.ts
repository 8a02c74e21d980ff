import assert from 'node:assert/strict';
import { test } from 'node:test';
import { historySchema, schedulePageSchema, scheduleSchema } from '../schemas/schedules.ts';
import { startService, type TestService } from '../service.support.ts';

function callerOf(service: TestService, headers = service.bearer()) {
  return (method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, payload?: object) =>
    service.inject({
      method,
      url: `/v1/${path}`,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
}

const noon = Date.parse('2026-11-30T12:00:30Z');

/** A service with a function, a minute's schedule of it, and a clock that stands. */
async function start() {
  const service = await startService();
  const call = callerOf(service);
  service.clock.ms = noon;
  assert.equal((await call('PUT', 'functions/f', { code: 'return 1' })).status, 201);
  const made = await call('PUT', 'schedules/s', { cron: '* * * * *', function: 'f' });
  assert.equal(made.status, 201, made.text);
  /** Lets a minute pass; what became of its tick. */
  const tick = async () => {
    service.clock.ms = (service.clock.ms ?? noon) + 60_000;
    assert.equal(await service.lookAtClock(), true);
    const { items } = historySchema.parse((await call('GET', 'schedules/s/history')).body);
    return items[0];
  };
  return { service, call, tick };
}

test('a schedule is written, shown, listed, paused, run by hand and deleted', async () => {
  const { service, call } = await start();
  await using _ = service;
  const put = await call('PUT', 'schedules/s', {
    cron: '30 7 * * MON-FRI',
    timezone: 'europe/vienna',
    function: 'f',
    alias: 'live',
    params: { a: 1 },
    missed: 'once',
    overlap: 'skip',
    jitterMs: 5,
  });
  const written = scheduleSchema.parse(put.body);
  assert.deepEqual(
    [put.status, written.timezone, written.nextAt],
    [200, 'Europe/Vienna', '2026-12-01T06:30:00.000Z'],
  );
  assert.deepEqual([written.params, written.problem, written.last], [{ a: 1 }, null, null]);
  assert.equal(written.next.length, 5);
  assert.deepEqual((await call('GET', 'schedules/s')).body, put.body);
  await call('PUT', 'schedules/t', { cron: '@daily', function: 'f', paused: true });
  const page = schedulePageSchema.parse((await call('GET', 'schedules?limit=1')).body);
  assert.deepEqual([page.items.map(({ name }) => name), page.items[0]?.nextAt], [['t'], null]);
  const rest = await call('GET', `schedules?limit=1&cursor=${page.nextCursor}`);
  assert.deepEqual(
    schedulePageSchema.parse(rest.body).items.map(({ name }) => name),
    ['s'],
  );
  assert.equal(scheduleSchema.parse((await call('POST', 'schedules/s/pause')).body).nextAt, null);
  assert.equal(scheduleSchema.parse((await call('POST', 'schedules/s/resume')).body).paused, false);
  const run = await call('POST', 'schedules/s/run');
  assert.equal(run.status, 202, run.text);
  assert.deepEqual(run.body['labels'], {
    'castellan/function': 'f',
    'castellan/version': '1',
    'castellan/schedule': 's',
  });
  assert.equal((await call('DELETE', 'schedules/s')).status, 200);
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/history'],
    ['POST', '/pause'],
    ['POST', '/run'],
    ['DELETE', ''],
  ] as const) {
    const answer = await call(method, `schedules/s${path}`);
    assert.deepEqual([answer.status, answer.body['detail']], [404, 'There is no schedule "s".']);
  }
});

test('what a schedule cannot be is refused with its field and the fix', async () => {
  const { service, call } = await start();
  await using _ = service;
  for (const [body, pointer, detail] of [
    [{ cron: 'x' }, '/cron', /^cron: "x" has 1 field: write five, minute/],
    [{ cron: '* * * * * *' }, '/cron', /fires 1 s after .* no less than 10 s/],
    [{ timezone: 'Europe/Viena' }, '/timezone', /a time zone, perhaps .*Europe\/Vienna/],
    [{ function: 'g' }, '/function', /There is no function "g"\. Deploy it first\./],
    [{ alias: 'beta' }, '/alias', /The function "f" has no alias "beta"/],
    [{ params: 'x'.repeat(65_536) }, '/params', /65538 bytes; at most 65536/],
    [{ missed: 'never' }, '/missed', /skip/],
    [{ retry: 1 }, '/retry', /retry/],
  ] as const) {
    const wanted = { cron: '0 * * * *', function: 'f', ...body };
    const answer = await call('PUT', 'schedules/s', wanted);
    assert.equal(answer.status, 422, answer.text);
    const [error] = answer.body['errors'] as unknown as { pointer: string }[];
    assert.equal(error?.pointer, pointer);
    assert.match(String(answer.body['detail']), detail);
  }
  assert.match((await call('PUT', 'schedules/a%20b', {})).text, /cron/);
});

test('a tick is a run with its labels, and is found by them', async () => {
  const { service, call, tick } = await start();
  await using _ = service;
  const fired = await tick();
  assert.equal(fired?.state, 'fired', fired?.detail ?? '');
  const { id } = scheduleSchema.parse((await call('GET', 'schedules/s')).body);
  const { items } = (await call('GET', 'runs?label=castellan/schedule=s')).body as unknown as {
    items: { id: string; labels: object }[];
  };
  assert.deepEqual(
    items.map((run) => [run.id, run.labels]),
    [
      [
        fired?.runId,
        {
          'castellan/function': 'f',
          'castellan/version': '1',
          'castellan/schedule': 's',
          'castellan/tick': `${id}/2026-11-30T12:01:00.000Z`,
        },
      ],
    ],
  );
  // Whoever does not know that it was submitted submits it again, and gets the same.
  const { idempotency } = service.submissions.at(-1) ?? assert.fail();
  const key = `${id}/2026-11-30T12:01:00.000Z`;
  assert.deepEqual([idempotency?.scope, idempotency?.key], ['schedule acme', key]);
  // Run again, it is no run of that tick.
  const again = await call('POST', `runs/${fired?.runId}/again`);
  assert.deepEqual(Object.keys(again.body['labels'] ?? {}).toSorted(), [
    'castellan/function',
    'castellan/schedule',
    'castellan/version',
  ]);
});

test('a function that is gone, a key that is revoked and params that do not fit are told', async () => {
  const { service, call, tick } = await start();
  await using _ = service;
  const schema = { type: 'object', required: ['n'] };
  await call('PUT', 'functions/f', { code: 'return 2', schema });
  assert.match((await tick())?.detail ?? '', /must have required property 'n'/);
  await call('DELETE', 'functions/f');
  const { problem } = scheduleSchema.parse((await call('GET', 'schedules/s')).body);
  assert.equal(problem, 'There is no function "f" any more.');
  assert.deepEqual(await tick(), {
    at: '2026-11-30T12:02:00.000Z',
    state: 'failed',
    runId: null,
    detail: 'There is no function "f".',
  });
  await call('PUT', 'functions/f', { code: 'return 3' });
  assert.equal((await tick())?.state, 'fired');
  const { createdBy } = scheduleSchema.parse((await call('GET', 'schedules/s')).body);
  service.keys.revoke(createdBy);
  const other = callerOf(service);
  service.clock.ms = (service.clock.ms ?? 0) + 60_000;
  await service.lookAtClock();
  const { last } = scheduleSchema.parse((await other('GET', 'schedules/s')).body);
  assert.match(last?.detail ?? '', /^The key key_\w+, which wrote this schedule, is not in force/);
});

test('a schedule is its tenant’s, and gives no more than its key has', async () => {
  const { service, tick } = await start();
  await using _ = service;
  const stranger = callerOf(service, service.bearer({ tenant: 'other' }));
  for (const [method, path] of [
    ['GET', 'schedules/s'],
    ['GET', 'schedules/s/history'],
    ['POST', 'schedules/s/run'],
    ['POST', 'schedules/s/pause'],
    ['DELETE', 'schedules/s'],
  ] as const) {
    assert.equal((await stranger(method, path)).status, 404, path);
    assert.equal(
      (await stranger(method, `${path}?tenant=acme`)).status,
      method === 'POST' ? 404 : 403,
    );
  }
  assert.deepEqual((await stranger('GET', 'schedules')).body['items'], []);
  const wanted = { cron: '* * * * *', function: 'f' };
  assert.equal((await stranger('PUT', 'schedules/s', { ...wanted, tenant: 'acme' })).status, 403);
  for (const [scopes, status] of [
    [['runs:read', 'runs:write'], 403],
    [['functions:write'], 403],
    [['functions:write', 'functions:invoke'], 200],
  ] as const) {
    const narrow = callerOf(service, service.bearer({ scopes }));
    assert.equal((await narrow('PUT', 'schedules/s', wanted)).status, status, scopes.join());
  }
  assert.equal((await tick())?.state, 'fired');
  const many = callerOf(service);
  for (const name of ['a', 'b']) await many('PUT', `schedules/${name}`, wanted);
  const full = await many('PUT', 'schedules/c', wanted);
  assert.deepEqual([full.status, full.body['code']], [429, 'schedule_quota']);
});
