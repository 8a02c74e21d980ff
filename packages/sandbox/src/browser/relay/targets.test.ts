import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CdpConnection } from './connection.ts';
import { Inventory, mostPages } from './inventory.ts';
import { targetGuard } from './targets.ts';

/** What the guard asks of Chromium, and says. */
function guardOf(inventory = new Inventory()) {
  const closed: unknown[] = [];
  const said: string[] = [];
  const cdp: CdpConnection = {
    ask: async (method, params) => {
      closed.push([method, params]);
      return {};
    },
    pass: () => undefined,
    settle: () => undefined,
    ended: () => undefined,
    open: 0,
  };
  const guard = targetGuard(cdp, inventory, () => 'own', {
    closed: (why) => said.push(why),
    crashed: (status) => said.push(`crashed ${status}`),
  });
  const turn = (targetId: string, url: string, type = 'page'): void =>
    guard.event('Target.targetInfoChanged', { targetInfo: { targetId, type, url } });
  return { guard, turn, closed, said };
}

describe('targetGuard', () => {
  for (const url of [
    'file:///etc/passwd',
    'chrome://settings/',
    'chrome-untrusted://print/',
    'chrome-extension://x/y.html',
    'devtools://devtools/bundled/inspector.html',
    'view-source:http://a.b/',
    'javascript:1',
    'blob:chrome://version/1',
  ]) {
    it(`closes a page that turns into ${url}`, () => {
      const { turn, closed, said } = guardOf();
      turn('1', 'http://a.b/');
      assert.deepEqual(closed, []);
      turn('1', url);
      turn('1', url);
      assert.deepEqual(closed, [['Target.closeTarget', { targetId: '1' }]]);
      assert.equal(said.length, 1);
    });
  }

  it('leaves pages of the web alone, and their error pages', () => {
    const { turn, closed } = guardOf();
    for (const url of [
      '',
      'about:blank',
      'https://a.b/',
      'data:,x',
      'blob:https://a.b/1',
      'chrome-error://chromewebdata/',
    ]) {
      turn('1', url);
      turn('2', url, 'iframe');
      turn('3', url, 'tab');
    }
    assert.deepEqual(closed, []);
  });

  it('closes what is opened beyond the limit', () => {
    const { turn, closed } = guardOf();
    for (let number = 0; number <= mostPages; number++) turn(String(number), 'about:blank');
    assert.deepEqual(closed, [['Target.closeTarget', { targetId: String(mostPages) }]]);
  });

  it('tells of a crash', () => {
    const { guard, said } = guardOf();
    guard.event('Target.targetCrashed', { targetId: '1', status: 'crashed' });
    assert.deepEqual(said, ['crashed crashed']);
  });
});
