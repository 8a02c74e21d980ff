// The service over a database, as an operator starts it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { startPostgres } from '../shared/postgres.support.ts';
import { startService } from './service.support.ts';

test('runs, keys and functions lie in the database, and its password nowhere that others read', async () => {
  await using server = await startPostgres();
  const secret = 'canary-of-the-database';
  const url = `${await server.makeDatabase()}&password=${secret}`;
  await using service = await startService({ env: { CASTELLAN_STORE: url } });
  const run = await service.run({ code: 'console.log(1); return Object.keys(env)' });
  assert.deepEqual([run.status, run.value, run.logs.length], ['succeeded', [], 1]);
  assert.deepEqual(await server.read(url, 'SELECT id, status FROM runs'), [
    { id: run.id, status: 'succeeded' },
  ]);
  assert.deepEqual(await server.read(url, 'SELECT count(*) FROM castellan_keys.keys'), [
    { count: 0 },
  ]);
  const code = 'return 1';
  const deployed = await service.call('PUT', '/v1/functions/one', { body: { code } });
  assert.equal(deployed.status, 201, deployed.text);
  assert.deepEqual(await server.read(url, 'SELECT version FROM castellan_functions.versions'), [
    { version: 1 },
  ]);
  const invoke = () => service.call('POST', '/v1/functions/one/invoke');
  assert.equal((await invoke()).status, 202);
  const launcher = readFileSync(`/proc/${service.launcherPid}/environ`, 'utf8');
  assert.ok(launcher.includes('PATH='));
  assert.ok(!launcher.includes(secret), 'the launcher has no way to the store');
  await server.stop('SIGQUIT');
  const refused = await service.call('POST', '/v1/runs', { body: { code: 'return 1' } });
  assert.equal(refused.status, 503);
  assert.match(refused.text, /storage_full/);
  assert.ok(refused.headers['retry-after']);
  const uncalled = await invoke();
  assert.equal(uncalled.status, 503, uncalled.text);
  await service.stop('SIGKILL');
  for (const text of [...service.log, refused.text]) assert.ok(!text.includes(secret), text);
});
