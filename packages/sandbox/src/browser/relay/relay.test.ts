import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { openConnection } from './connection.ts';
import { bytesOf, type Piece, Pieces } from './piece.ts';
import { Inventory } from './inventory.ts';
import { pagesNetwork } from './network/network.ts';
import { openRelay, type Relay } from './relay.ts';
import { table } from './table/table.ts';

interface Desk {
  readonly relay: Relay;
  /** Says something to the relay as the script. */
  readonly say: (text: string) => void;
  readonly inventory: Inventory;
  /** What Chromium has been told. */
  readonly sent: Record<string, unknown>[];
  /** The same, as it was written. */
  readonly texts: string[];
  /** What the script has been told. */
  readonly told: Record<string, unknown>[];
  readonly refused: string[];
  readonly fromBrowser: (message: object) => void;
}

const own = 'E'.repeat(32);
const pageSession = 'A'.repeat(32);

/** A relay over nothing, with one page that the script has a session to. */
function desk(): Desk {
  const sent: Record<string, unknown>[] = [];
  const texts: string[] = [];
  const told: Record<string, unknown>[] = [];
  const refused: string[] = [];
  const inventory = new Inventory();
  const send = (pieces: readonly Piece[]): void => {
    const text = Buffer.concat(pieces.map(bytesOf)).toString();
    texts.push(text);
    sent.push(JSON.parse(text) as never);
  };
  const cdp = openConnection({ send });
  const relay = openRelay({
    cdp,
    inventory,
    isOwn: (session) => session === own,
    own: () => undefined,
    hidden: () => undefined,
    network: pagesNetwork({ write: () => undefined, isFlooded: () => false }),
    seen: () => undefined,
    asked: () => undefined,
    until: () => undefined,
    prepareContext: async () => undefined,
    placeFiles: async () => ['/tmp/files/1/x'],
    toScript: (...pieces) => void told.push(JSON.parse(new Pieces(pieces).text()) as never),
    refused: (why) => void refused.push(why),
  });
  inventory.addContext('first');
  relay.fromBrowser(new Pieces([attached('page', pageSession, 'P', 'first')]));
  told.length = 0;
  return {
    relay,
    say: (text) => relay.fromScript(Buffer.from(text)),
    inventory,
    sent,
    texts,
    told,
    refused,
    fromBrowser: (message) => relay.fromBrowser(new Pieces([JSON.stringify(message)])),
  };
}

const attached = (
  type: string,
  sessionId: string,
  targetId: string,
  browserContextId: string,
): string =>
  JSON.stringify({
    method: 'Target.attachedToTarget',
    params: {
      sessionId,
      targetInfo: {
        targetId,
        type,
        title: '',
        url: 'about:blank',
        attached: true,
        browserContextId,
      },
      waitingForDebugger: true,
    },
  });

const command = (id: number, method: string, params: object = {}, sessionId?: string): string =>
  JSON.stringify({ id, method, params, sessionId });

describe('openRelay', () => {
  it('gives numbers of its own, and the script’s own number with the answer', () => {
    const { say, sent, told, fromBrowser } = desk();
    say(command(7, 'Browser.getVersion'));
    say(command(7, 'Page.enable', {}, pageSession));
    const [first, second] = sent;
    assert.notEqual(first?.['id'], second?.['id']);
    fromBrowser({ id: second?.['id'], result: { two: 2 }, sessionId: pageSession });
    fromBrowser({ id: first?.['id'], result: { one: 1 } });
    assert.deepEqual(told, [
      { id: 7, result: { two: 2 }, sessionId: pageSession },
      { id: 7, result: { one: 1 } },
    ]);
  });

  it('passes an answer on once, and none that nobody asked for', () => {
    const { say, sent, told, fromBrowser } = desk();
    say(command(1, 'Browser.getVersion'));
    for (let count = 0; count < 3; count++) fromBrowser({ id: sent[0]?.['id'], result: {} });
    fromBrowser({ id: 99_999, result: {} });
    assert.equal(told.length, 1);
  });

  it('tells the script nothing of its own session and its own context', () => {
    const { relay, say, inventory, told, sent, fromBrowser } = desk();
    const hidden = 'B'.repeat(32);
    inventory.hideContext('own');
    relay.fromBrowser(new Pieces([attached('page', hidden, 'H', 'own')]));
    fromBrowser({ method: 'Page.loadEventFired', params: {}, sessionId: hidden });
    fromBrowser({
      method: 'Target.targetCreated',
      params: { targetInfo: { targetId: 'H', type: 'page', browserContextId: 'own' } },
    });
    fromBrowser({ method: 'Target.targetCreated', params: {}, sessionId: own });
    fromBrowser({ method: 'Browser.downloadWillBegin', params: {} });
    fromBrowser({ method: 'Page.loadEventFired', params: {}, sessionId: 'C'.repeat(32) });
    assert.deepEqual(told, []);
    assert.deepEqual(
      sent.map(({ method, sessionId }) => [method, sessionId]),
      [['Runtime.runIfWaitingForDebugger', hidden]],
    );
    say(command(1, 'Runtime.evaluate', { expression: '1' }, hidden));
    say(command(2, 'Target.closeTarget', { targetId: 'H' }));
    assert.equal(sent.length, 1);
  });

  it('tells the script nothing of parts of the browser that are pages of their own', () => {
    const { relay, told, sent, fromBrowser, inventory } = desk();
    relay.fromBrowser(new Pieces([attached('browser_ui', 'B'.repeat(32), 'M', 'first')]));
    const targetInfo = { targetId: 'M', type: 'browser_ui', url: 'chrome://menu/' };
    fromBrowser({ method: 'Target.targetCreated', params: { targetInfo } });
    assert.deepEqual(told, []);
    assert.equal(inventory.ownsTarget('M'), false);
    // It would wait for ever for whoever has attached.
    assert.deepEqual(
      sent.map(({ method, sessionId }) => [method, sessionId]),
      [['Runtime.runIfWaitingForDebugger', 'B'.repeat(32)]],
    );
  });

  it('answers for a session that is gone, after its end and with those that were made on it', () => {
    const { relay, say, told, fromBrowser } = desk();
    const inner = 'D'.repeat(32);
    const made = attached('worker', inner, 'W', 'first').replace(
      /\}$/,
      `,"sessionId":"${pageSession}"}`,
    );
    relay.fromBrowser(new Pieces([made]));
    told.length = 0;
    say(command(1, 'Runtime.evaluate', { expression: '1' }, pageSession));
    say(command(2, 'Runtime.evaluate', { expression: '1' }, inner));
    fromBrowser({ method: 'Target.detachedFromTarget', params: { sessionId: pageSession } });
    assert.equal(told[0]?.['method'], 'Target.detachedFromTarget');
    assert.deepEqual(
      told.slice(1).map(({ id }) => id),
      [1, 2],
    );
    assert.match(JSON.stringify(told[2]), /not found/);
    for (const session of [pageSession, inner]) {
      say(command(3, 'Page.enable', {}, session));
      assert.match(JSON.stringify(told.at(-1)), /not found/);
    }
  });

  it('gives only streams that Chromium has made for the script', () => {
    const { say, sent, refused, fromBrowser } = desk();
    say(command(1, 'IO.read', { handle: '5' }, pageSession));
    assert.match(refused[0] ?? '', /no stream of this run/);
    say(command(2, 'Page.printToPDF', { transferMode: 'ReturnAsStream' }, pageSession));
    fromBrowser({ id: sent[0]?.['id'], result: { data: '', stream: '5' } });
    say(command(3, 'IO.read', { handle: '5' }, pageSession));
    assert.equal(sent[1]?.['method'], 'IO.read');
  });

  it('passes the bytes of a paper on without reading them', () => {
    const { relay, say, sent, told, refused } = desk();
    say(command(1, 'Page.printToPDF', {}, pageSession));
    const data = 'A'.repeat(100_000);
    // Written as Chromium does not write it: who reads it, writes it anew.
    const answer = `{"id":${String(sent[0]?.['id'])},"result":{"data":"${data}" , "stream":"5"}}`;
    relay.fromBrowser(new Pieces([answer]));
    assert.deepEqual(told, [{ id: 1, result: { data, stream: '5' } }]);
    say(command(2, 'IO.read', { handle: '5' }, pageSession));
    assert.match(refused[0] ?? '', /no stream of this run/);
  });

  it('parses no list of targets that is longer than any', (t) => {
    const { relay, say, sent, told } = desk();
    say(command(1, 'Target.getTargets', {}));
    const title = Buffer.alloc(2 ** 20, 'x');
    const start = Buffer.from(`{"id":${String(sent[0]?.['id'])},"result":{"targetInfos":["`);
    const parse = t.mock.method(JSON, 'parse');
    relay.fromBrowser(new Pieces([start, ...Array<Buffer>(17).fill(title), Buffer.from('"]}}')]));
    // One call is the test's own: it reads what the script is told.
    assert.equal(parse.mock.callCount(), 1);
    assert.match(
      JSON.stringify(told[0]),
      /larger than \d+ MiB, which is the most: ask for less, or for parts/,
    );
  });

  it('answers for a message that was too large to be read', () => {
    const { relay, say, sent, told } = desk();
    say(command(4, 'Page.captureScreenshot', {}, pageSession));
    relay.tooLarge(`{"id":${String(sent[0]?.['id'])},"result":{"data":"aaaa`);
    assert.equal(told[0]?.['id'], 4);
    assert.match(
      JSON.stringify(told[0]),
      /larger than \d+ MiB, which is the most: ask for less, or for parts/,
    );
  });

  it('says nothing to Chromium that the table does not name, whatever the script sends', () => {
    const methods = [...Object.keys(table), 'Browser.crash', 'Tracing.start', 'toString', ''];
    const names = Object.values(table).flatMap(({ parameters }) => Object.keys(parameters));
    const params = fc.dictionary(
      fc.oneof(fc.constantFrom(...names, 'downloadPath', '__proto__'), fc.string()),
      fc.oneof(fc.jsonValue(), fc.constantFrom('file:///etc/passwd', 'P', 'first', pageSession)),
      { maxKeys: 4 },
    );
    const session = fc.constantFrom(undefined, pageSession, own, 'F'.repeat(32), '');
    fc.assert(
      fc.property(fc.constantFrom(...methods), params, session, (method, given, sessionId) => {
        const { say, sent } = desk();
        say(command(1, method, given, sessionId));
        for (const passed of sent) {
          const row = Object.hasOwn(table, method) ? table[method] : undefined;
          assert.ok(row !== undefined);
          assert.ok(row.sessions.includes(sessionId === undefined ? 'browser' : 'page'));
          for (const name of Object.keys(passed['params'] as object)) {
            assert.ok(Object.hasOwn(row.parameters, name), `${method} ${name}`);
          }
          assert.ok(
            !JSON.stringify((passed['params'] as { url?: unknown }).url ?? '').includes('file:'),
          );
        }
      }),
      { numRuns: 2_000 },
    );
  });

  const objects = `[${'{},'.repeat(5_000_000)}{}]`;

  it('parses nothing of a command that is longer than its method may be, and answers it', (t) => {
    const { say, sent, told, refused } = desk();
    const parse = t.mock.method(JSON, 'parse');
    const text = `{"method":"Browser.setDownloadBehavior","params":{"x":${objects}},"id":7}`;
    say(text);
    // One call is the test's own: it reads what the script is told.
    assert.equal(parse.mock.callCount(), 1);
    assert.equal(told[0]?.['id'], 7);
    assert.match(refused[0] ?? '', /setDownloadBehavior is not allowed with more than 65536 bytes/);
    assert.deepEqual(sent, []);
  });

  it('counts the values of a large command before it parses it', (t) => {
    const { say, sent, told } = desk();
    const parse = t.mock.method(JSON, 'parse');
    const session = `"sessionId":"${pageSession}"`;
    say(`{"method":"Runtime.evaluate","params":{"x":${objects}},"id":8,${session}}`);
    assert.equal(parse.mock.callCount(), 1);
    assert.match(JSON.stringify(told[0]), /not allowed with such params/);
    assert.deepEqual(sent, []);
  });

  it('parses no event of Chromium that holds more values than any', (t) => {
    const { relay, told } = desk();
    const parse = t.mock.method(JSON, 'parse');
    relay.fromBrowser(
      new Pieces([`{"method":"Target.targetCreated","params":{"targetInfo":{"x":${objects}}}}`]),
    );
    assert.equal(parse.mock.callCount(), 0);
    assert.deepEqual(told, []);
  });

  it('passes params as they were written where no value of them is judged', () => {
    const { say, texts } = desk();
    const params = '{"expression":"1e5","timeout":1e2}';
    say(`{"method":"Runtime.evaluate","params":${params},"id":1,"sessionId":"${pageSession}"}`);
    assert.ok(texts.at(-1)?.includes(params));
    const urls = '{"url":"file:///etc/passwd","url":"http://a/"}';
    say(`{"method":"Page.navigate","params":${urls},"id":2,"sessionId":"${pageSession}"}`);
    assert.ok(texts.at(-1)?.includes('{"url":"http://a/"}'));
  });

  it('reads any text, and falls over none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { relay, say } = desk();
        say(text);
        relay.fromBrowser(new Pieces([text]));
        relay.tooLarge(text);
      }),
    );
  });
});
