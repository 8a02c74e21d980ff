import { pageBounds } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { CdpConnection } from './connection.ts';
import { Inventory } from './inventory.ts';
import type { Fields } from './messages.ts';
import { livePace, openScreencast } from './screencast.ts';

/** A page whose next picture is there as soon as one is acknowledged: faster than any Chromium draws. */
function eagerPage(characters: number) {
  const inventory = new Inventory();
  const data = 'A'.repeat(characters);
  const asked: string[] = [];
  let taken = 0;
  let number = 0;
  const show = (session: string): void =>
    cast.hidden(session, 'Page.screencastFrame', () => ({ data, sessionId: ++number }), characters);
  const ask = async (method: string, _params?: Fields, session?: string): Promise<Fields> => {
    asked.push(method);
    if (method === 'Target.attachToTarget') return { sessionId: 'S' };
    if (/^Page\.(?:start|screencastFrameAck)/.test(method))
      queueMicrotask(() => show(session ?? ''));
    return {};
  };
  const target = { targetId: 'P', type: 'page', url: 'http://a/', contextId: '', parentId: '' };
  inventory.seen({ ...target, parentFrameId: '' });
  const cdp = { ask, open: 0 } as unknown as CdpConnection;
  const cast = openScreencast(cdp, inventory, 'own', () => void taken++, livePace);
  return { cast, asked, inventory, show, taken: () => taken };
}

for (const [what, characters] of [
  ['small pictures are bounded by their number', 1_000],
  ['large pictures are bounded by their bytes', 500_000],
] as const) {
  test(`openScreencast acknowledges a page no faster than its pace: ${what}`, async () => {
    const since = performance.now();
    const { cast, taken } = eagerPage(characters);
    await wait(600);
    cast.stop();
    const seconds = (performance.now() - since) / 1_000;
    // The first is there at once, and one of those that are on their way.
    const { framesPerSecond, bytesPerSecond } = livePace;
    const most = Math.min(framesPerSecond, bytesPerSecond / characters) * seconds + 2;
    assert.ok(taken() >= 2 && taken() <= most, `${taken()} in ${seconds} s, at most ${most}`);
    assert.equal(framesPerSecond, pageBounds.framesPerSecond.most);
  });
}

test('openScreencast leaves its sessions when it is stopped, and takes no picture of them any more', async () => {
  const { cast, asked, inventory, show, taken } = eagerPage(10);
  await wait(0);
  assert.ok(inventory.isHiddenSession('S'));
  const before = taken();
  cast.stop();
  assert.equal(asked.at(-1), 'Target.detachFromTarget');
  assert.ok(!inventory.isHiddenSession('S'));
  show('S');
  assert.equal(taken(), before);
});

test('openScreencast leaves a session that comes when it has been stopped', async () => {
  const { cast, asked, inventory } = eagerPage(10);
  cast.stop();
  await wait(0);
  assert.deepEqual(asked, ['Target.attachToTarget', 'Target.detachFromTarget']);
  assert.ok(!inventory.isHiddenSession('S'));
});
