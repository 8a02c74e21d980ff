import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { contradictions } from './contradictions.ts';
import { countIn } from './sqlite/database.ts';
import { migrate } from './sqlite/migrations.ts';

test('contradictions names what the tables should not say about each other', async () => {
  const database = new DatabaseSync(':memory:');
  migrate(database);
  const say = (sql: string): void => database.exec(sql);
  assert.deepEqual(await contradictions(countIn(database)), []);
  for (const [id, status] of Object.entries({ a: 'queued', b: 'running', c: 'succeeded' })) {
    say(`INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position, queued_ms,
      created_at, labels, facts) VALUES ('${id}', 't', 'p', '${status}', 1, 0, 0, 0, '', '{}', '{}')`);
  }
  say("INSERT INTO queue (tenant, lane, place, run) VALUES ('t', 0, 0, 'c')");
  say("INSERT INTO tenants (name, virtual_ms, cost_ms, running_cap) VALUES ('t', 0, 1, 1)");
  assert.deepEqual(await contradictions(countIn(database)), [
    '1 runs that are queued but not in the queue',
    '1 runs in the queue that are not queued',
    '1 tenants whose queue is longer or shorter than said',
    '1 tenants with more or less running than said',
    '1 totals that are wrong',
    '2 running or queued runs without a request',
  ]);
  database.close();
});
