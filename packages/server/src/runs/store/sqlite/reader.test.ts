import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resolveLimits } from '@castellan/protocol';
import { scratchFolder } from '../../open.support.ts';
import { openDatabase } from './database.ts';
import { positions } from './position.ts';
import { reader } from './reader.ts';
import { firstFacts } from '../../record/rows.ts';

test('a list of one status of all tenants looks at a bounded number of runs for each page', async () => {
  await using folder = await scratchFolder();
  using database = openDatabase(folder.path);
  const facts = firstFacts(resolveLimits(), { engine: 'isolate', reuse: 'never', runtime: null });
  // The oldest three ended badly, and ten thousand after them well.
  database
    .prepare(
      `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 10003)
        INSERT INTO runs (id, tenant, policy, status, max_attempts, lane, position, queued_ms,
          created_at, labels, facts, finished_at, ended_ms)
        SELECT printf('run_%032x', n), 't' || (n % 3), 'default',
          iif(n <= 3, 'failed', 'succeeded'), 1, 0, 0, 0, '2026', '{}', ?, '2026', 1 FROM numbers`,
    )
    .run(JSON.stringify(facts));
  const read = reader(database, positions(database), () => null);
  const pages: number[] = [];
  const ids = new Set<string>();
  for (let cursor: string | null | undefined; cursor !== null;) {
    const more = cursor === undefined ? {} : { cursor };
    const page = read.list({ tenant: null, status: 'failed', limit: 50, ...more });
    pages.push(page.items.length);
    for (const { id } of page.items) ids.add(id);
    cursor = page.nextCursor;
  }
  assert.deepEqual(pages, [0, 0, 3]);
  assert.equal(ids.size, 3);
  const own = read.list({ tenant: 't1', status: 'failed', limit: 50 });
  assert.deepEqual([own.items.length, own.nextCursor], [1, null]);
});
