import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { openConnection } from './connection.ts';
import { Inventory, mostConnections } from './inventory.ts';
import { type Fields } from './messages.ts';
import { bytesOf, Pieces } from './piece.ts';
import { openTargetEvents } from './target-events.ts';

const page = 'A'.repeat(32);
const frame = 'B'.repeat(32);

/** A script with a session to a page, and what Chromium and the script are told from then on. */
function desk() {
  const sent: Fields[] = [];
  const told: Fields[] = [];
  const inventory = new Inventory();
  const cdp = openConnection({
    send: (pieces) =>
      void sent.push(JSON.parse(Buffer.concat(pieces.map(bytesOf)).toString()) as Fields),
  });
  const events = openTargetEvents({
    cdp,
    inventory,
    toScript: (text) => void told.push(JSON.parse(text) as Fields),
  });
  const say = (method: string, params: Fields, sessionId?: string): void =>
    events.event(method, params, sessionId, () => void told.push({ method, params, sessionId }));
  const attach = (type: string, sessionId: string, info: Fields, parent?: string): void =>
    say('Target.attachedToTarget', { sessionId, targetInfo: { type, ...info } }, parent);
  /** Chromium's answer to the last command. */
  const answer = async (rest: Fields): Promise<void> => {
    cdp.settle(Number(sent.at(-1)?.['id']), new Pieces([JSON.stringify(rest).replace('{', ',')]));
    await new Promise((resolve) => setImmediate(resolve));
  };
  // The relay's own session to the browser is made first.
  attach('browser', 'E'.repeat(32), { targetId: 'own' });
  inventory.seen({
    targetId: 'browser',
    type: 'browser',
    url: '',
    contextId: '',
    parentId: '',
    parentFrameId: '',
  });
  attach('page', page, { targetId: 'P', url: 'http://a/' }, 'C'.repeat(32));
  told.length = sent.length = 0;
  return { inventory, sent, told, say, attach, answer };
}

const inner = { targetId: 'F', url: '', parentId: 'P', parentFrameId: 'inner' };
const tree = (mimeType: string): Fields => ({
  result: {
    frameTree: { frame: { id: 'P' }, childFrames: [{ frame: { id: 'inner', mimeType } }] },
  },
});

describe('openTargetEvents', () => {
  it('tells of a frame when it is known to be none of the viewer of PDFs', async () => {
    const { inventory, sent, told, attach, answer } = desk();
    attach('iframe', frame, inner, page);
    assert.deepEqual(
      sent.map(({ method, sessionId }) => [method, sessionId]),
      [['Page.getFrameTree', page]],
    );
    assert.deepEqual([told, inventory.sessionType(frame)], [[], undefined]);
    await answer(tree('text/html'));
    assert.equal(told[0]?.['method'], 'Target.attachedToTarget');
    assert.equal(inventory.sessionType(frame), 'frame');
  });

  for (const [title, rest] of [
    ['the frame around it shows a PDF', tree('application/pdf')],
    ['the frame around it is not there', { result: { frameTree: { frame: { id: 'P' } } } }],
    ['nobody knows', { error: { code: 1, message: 'gone' } }],
  ] as const) {
    it(`gives no session to a frame where ${title}; for the script it is gone`, async () => {
      const { inventory, sent, told, attach, answer } = desk();
      attach('iframe', frame, inner, page);
      await answer(rest);
      assert.deepEqual(told, [
        {
          method: 'Page.frameDetached',
          params: { frameId: 'F', reason: 'remove' },
          sessionId: page,
        },
      ]);
      assert.equal(inventory.sessionType(frame), undefined);
      assert.deepEqual(sent.at(-1), {
        id: sent.at(-1)?.['id'],
        method: 'Runtime.runIfWaitingForDebugger',
        params: {},
        sessionId: frame,
      });
    });
  }

  it('lets nobody name a frame that has no URL yet, nor the viewer and what is in it', () => {
    const { inventory, say, told } = desk();
    const created = (targetInfo: Fields): void => say('Target.targetCreated', { targetInfo });
    const viewer = 'chrome-extension://mhjfbmdgcfjbbpaeojofohoefgiehjai/index.html';
    created({ type: 'iframe', targetId: 'F', url: '' });
    assert.equal(inventory.ownsTarget('F'), false);
    created({ type: 'iframe', targetId: 'F', url: 'http://b/' });
    assert.equal(inventory.ownsTarget('F'), true);
    created({ type: 'iframe', targetId: 'F', url: viewer });
    created({ type: 'iframe', targetId: 'G', url: 'http://a/x.pdf', parentId: 'F' });
    assert.deepEqual([inventory.ownsTarget('F'), inventory.ownsTarget('G')], [false, false]);
    assert.equal(told.length, 2);
  });

  it('tells nothing of a frame that is gone before it is known', async () => {
    const { told, attach, say, answer } = desk();
    attach('iframe', frame, inner, page);
    say('Target.detachedFromTarget', { sessionId: frame }, page);
    await answer(tree('text/html'));
    assert.deepEqual(told, []);
  });

  it('tells of the end of a target that the relay has taken off its books', () => {
    const { inventory, say, told } = desk();
    inventory.gone('P');
    say('Target.targetDestroyed', { targetId: 'P' });
    say('Target.targetDestroyed', { targetId: 'never' });
    assert.deepEqual(
      told.map(({ params }) => params),
      [{ targetId: 'P' }],
    );
  });

  it('shows the browser itself as one target, whatever connections there are', () => {
    const { inventory, say, told, attach } = desk();
    for (const targetId of ['own', 'browser', 'other']) {
      say('Target.targetCreated', { targetInfo: { type: 'browser', targetId } });
    }
    assert.equal(told.length, 1);
    attach('browser', 'D'.repeat(32), { targetId: 'browser' });
    attach('browser', 'F'.repeat(32), { targetId: 'other' });
    // It learns of a connection from the answer to its command.
    assert.equal(told.length, 2);
    for (const session of ['D', 'F']) {
      assert.equal(inventory.sessionType(session.repeat(32)), 'browser');
    }
    assert.equal(inventory.sessionType('E'.repeat(32)), undefined);
  });

  it('allows as many connections as there may be', () => {
    const { inventory, attach, say } = desk();
    for (let count = 0; count < mostConnections; count++) {
      assert.ok(inventory.mayConnect());
      attach('browser', String(count), { targetId: `b${count}` });
    }
    assert.equal(inventory.mayConnect(), false);
    say('Target.detachedFromTarget', { sessionId: '0' });
    assert.equal(inventory.mayConnect(), true);
  });
});
