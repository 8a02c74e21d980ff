// The long version of what test/service/nodes.test.ts says of ticks.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startPostgres } from '../shared/postgres.support.ts';
import { startService } from '../service/service.support.ts';
import { decided, judgeTicks, tickEachSecond } from '../service/ticks.support.ts';

const kills = Math.ceil(40 * Number(process.env['CASTELLAN_SHARE'] ?? 1));

for (const place of ['file', 'database'] as const) {
  test(`services over a ${place} are killed at any moment, and each second has one run`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'castellan-ticks-'));
    await using opened = new AsyncDisposableStack();
    opened.defer(() => rmSync(folder, { recursive: true, force: true }));
    const config = { schedules: { shortestMs: 1_000 }, queue: { maxQueued: 100_000 } };
    const database = place === 'file' ? null : opened.use(await startPostgres(true));
    const env = database === null ? {} : { CASTELLAN_STORE: await database.makeDatabase() };
    const options = { config, data: join(folder, 'data'), env };
    const one = opened.use(await startService(options));
    const other = database === null ? one : opened.use(await startService(options));
    await tickEachSecond(one);
    const victims = [one, other];
    for (let kill = 0; kill < kills; kill++) {
      const victim = victims[kill % 2] ?? one;
      // A moment of its own in the second each time.
      await new Promise((resolve) => setTimeout(resolve, 900 + ((kill * 377) % 1_000)));
      await victim.stop('SIGKILL');
      await victim.start();
    }
    await decided(one, Math.min(kills, 150));
    console.log(`${await judgeTicks(other)} ticks, ${kills} kills, over a ${place}`);
  });
}
