/** How ten that take runs share a queue: each is a service of its own, or a worker, over the same records. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';

import { scratchFolder, submission } from '../open.support.ts';
import { labelWord, policyWord } from '../contract/words.ts';
import { ending } from './conformance.support.ts';
import type { Leased, Store, Taker } from './store.ts';
import { type Subject, subjects } from './subjects.support.ts';

const pullers = 10;
const cap = 3;
/** How many runs each of the small tenants has; more in the long version. */
const each = Number(process.env['CASTELLAN_FAIRNESS_RUNS'] ?? 20);
/** The part of its part by which a tenant may miss it: what ten take at a time may be seen in any order. */
const slack = each >= 100 ? 0.1 : 0.25;

/** A puller: the store that it speaks to, and what it is, unless it is the service itself. */
interface Puller {
  readonly store: Store;
  readonly taker?: Taker;
}

interface Opened extends AsyncDisposable {
  readonly store: Store;
  readonly pullers: readonly Puller[];
}

/** Over a database each is a service of its own; a folder has one service, whose workers they are. */
async function open(subject: Subject): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await scratchFolder());
  const records = await subject.make(folder.path);
  const stores: Store[] = [];
  for (let n = 0; n < (records.url === null ? 1 : pullers); n++) {
    stores.push(stack.use(await records.open()));
  }
  const store = stores[0] ?? assert.fail();
  const held = stack.move();
  return {
    store,
    pullers: Array.from({ length: pullers }, (_, n) => ({
      store: stores[n] ?? store,
      taker: {
        worker: `worker_${n}`,
        has: [policyWord('default'), ...(n === 0 ? [labelWord('zone', 'eu')] : [])],
      },
    })),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Runs in the order in which they began, and how many of a tenant ran at a time at most. */
interface Seen {
  readonly begun: readonly Leased[];
  readonly most: ReadonlyMap<string, number>;
}

/** Lets all of them work until nothing waits. A run lasts until all could have asked, but for `longest` turns at most. */
async function workOff({ pullers: all }: Opened, total: number, longest = 3): Promise<Seen> {
  const begun: Leased[] = [];
  const running = new Map<string, number>();
  const most = new Map<string, number>();
  const count = (tenant: string, by: 1 | -1): void => {
    const now = (running.get(tenant) ?? 0) + by;
    running.set(tenant, now);
    most.set(tenant, Math.max(now, most.get(tenant) ?? 0));
  };
  let left = total;
  const asked = { count: 0 };
  const work = async ({ store: own, taker }: Puller): Promise<void> => {
    while (left > 0) {
      const [leased] = (await own.take(() => 1, taker)).leased;
      asked.count += 1;
      if (leased === undefined) {
        await turn();
        continue;
      }
      begun.push(leased);
      count(leased.row.tenant, 1);
      const enough = asked.count + pullers;
      for (let turns = 0; turns < longest && asked.count < enough; turns++) await turn();
      // Its place is free in the store before anybody can know of it here.
      count(leased.row.tenant, -1);
      await own.end(leased.row, ending(own, leased));
      left -= 1;
    }
  };
  await Promise.all(all.map(work));
  return { begun, most };
}

const tenantsOf = (begun: readonly Leased[]): Map<string, number> =>
  new Map(
    [...Map.groupBy(begun, ({ row }) => row.tenant)].map(([tenant, runs]) => [tenant, runs.length]),
  );

for (const subject of subjects) {
  describe(subject.name, () => {
    test('a tenant with ten times as much takes no more than its part while ten pull', async () => {
      await using opened = await open(subject);
      const small = Array.from({ length: 9 }, (_, n) => `small-${n}`);
      const submit = (tenant: string) => opened.store.submit(submission({ tenant }));
      await Promise.all(Array.from({ length: 10 * each }, async () => submit('large')));
      for (let n = 0; n < each; n++) {
        await Promise.all(small.map(submit));
      }
      const { begun } = await workOff(opened, 19 * each);
      // All have something that waits until then.
      const usual = Math.floor(0.75 * each);
      const parts = tenantsOf(begun.slice(0, 10 * usual));
      const got = ['large', ...small].map((tenant) => (parts.get(tenant) ?? 0) / usual);
      const told = `of its part a tenant got from ${Math.min(...got)} to ${Math.max(...got)}`;
      assert.ok(
        got.every((part) => Math.abs(part - 1) <= slack),
        told,
      );
      if (each >= 100) console.log(`${subject.name}: ${told}`);
    });

    test('no tenant ever has more runs than its cap while ten pull', async () => {
      await using opened = await open(subject);
      const caps = { running: cap, queued: 10_000 };
      for (let n = 0; n < 30; n++) {
        for (const tenant of ['a', 'b']) await opened.store.submit(submission({ tenant, caps }));
      }
      const { most } = await workOff(opened, 60, 10_000);
      assert.deepEqual(Object.fromEntries(most), { a: cap, b: cap });
    });

    test('what only one of ten may take begins while the others have work', async () => {
      await using opened = await open(subject);
      for (let n = 0; n < 100; n++) await opened.store.submit(submission({ tenant: 'many' }));
      for (let n = 0; n < 5; n++) {
        await opened.store.submit(submission({ tenant: 'few', placement: { zone: 'eu' } }));
      }
      const { begun } = await workOff(opened, 105);
      const places = begun.flatMap(({ row }, at) => (row.tenant === 'few' ? [at] : []));
      assert.equal(places.length, 5);
      assert.ok((places.at(-1) ?? 105) < 100, `the last of them was number ${places.at(-1)}`);
    });

    test('priorities hold within a tenant while ten pull', async () => {
      await using opened = await open(subject);
      for (let n = 0; n < 30; n++) {
        await opened.store.submit(submission({ tenant: 'a', priority: (n % 3) * 10 }));
      }
      const { begun } = await workOff(opened, 30);
      const order = begun.map(({ row }) => -row.lane);
      // Those that were taken in the same moment may be seen the other way round.
      for (const [at, priority] of order.entries()) {
        const later = Math.max(...order.slice(at + pullers), -Infinity);
        assert.ok(later <= priority, `${later} began ${pullers} or more after ${priority}`);
      }
    });
  });
}
