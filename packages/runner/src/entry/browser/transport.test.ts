import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTransports } from './transport.ts';

interface Sent {
  readonly id: number;
  readonly method: string;
  readonly params?: { readonly sessionId?: string };
  readonly sessionId?: string;
}

/** Connections over a browser that does what it is told. */
function desk() {
  const sent: Sent[] = [];
  const transports = createTransports((text) => void sent.push(JSON.parse(text) as Sent));
  const tell = (message: object): void => transports.onMessage(JSON.stringify(message));
  const answer = (result: object, { id } = sent.at(-1) as Sent): void => tell({ id, result });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { transports, sent, tell, answer, turn };
}

/** As Puppeteer listens to a connection. */
function hear(transport: object, onmessage: (text: string) => unknown): void {
  Object.assign(transport, { onmessage });
}

describe('createTransports', () => {
  it('keeps connections apart by their sessions, and those that are made on them', async () => {
    const { transports, sent, tell, answer, turn } = desk();
    const heard: string[] = [];
    const first = transports.open();
    hear(first, (text) => heard.push(`first ${text}`));
    const opened = transports.openBeside();
    await turn();
    answer({ sessionId: 'S' });
    const second = await opened;
    hear(second, (text) => heard.push(`second ${text}`));
    second.send('{"method":"Browser.getVersion","id":91}');
    second.send('{"method":"Page.enable","id":92,"sessionId":"P"}');
    assert.deepEqual(
      sent.slice(-2).map(({ id, sessionId }) => [id, sessionId]),
      [
        [91, 'S'],
        [92, 'P'],
      ],
    );
    tell({ id: 91, result: {}, sessionId: 'S' });
    tell({ method: 'Target.attachedToTarget', params: { sessionId: 'P' }, sessionId: 'S' });
    tell({ method: 'Page.loadEventFired', params: {}, sessionId: 'P' });
    tell({ method: 'Page.loadEventFired', params: {}, sessionId: 'Q' });
    tell({ method: 'Target.targetCreated', params: {} });
    assert.deepEqual(heard, [
      'second {"id":91,"result":{}}',
      'second {"method":"Target.attachedToTarget","params":{"sessionId":"P"}}',
      'second {"method":"Page.loadEventFired","params":{},"sessionId":"P"}',
      'first {"method":"Page.loadEventFired","params":{},"sessionId":"Q"}',
      'first {"method":"Target.targetCreated","params":{}}',
    ]);
  });

  it('ends one alone, and gives nobody what comes for it afterwards', async () => {
    const { transports, sent, tell, answer, turn } = desk();
    const heard: string[] = [];
    hear(transports.open(), (text) => heard.push(text));
    const opened = transports.openBeside();
    await turn();
    answer({ sessionId: 'S' });
    const second = await opened;
    hear(second, (text) => heard.push(text));
    second.close();
    second.close();
    second.send('{"method":"Browser.getVersion","id":91}');
    tell({ method: 'Target.targetCreated', params: {}, sessionId: 'S' });
    assert.deepEqual(
      sent.slice(1).map(({ method, params }) => [method, params?.sessionId]),
      [['Target.detachFromTarget', 'S']],
    );
    assert.deepEqual(heard, []);
  });

  it('opens no other before the browser has let go of one, and says why it may not', async () => {
    const { transports, sent, tell, answer, turn } = desk();
    const opened = transports.openBeside();
    await turn();
    answer({ sessionId: 'S' });
    (await opened).close();
    const next = transports.openBeside();
    await turn();
    assert.equal(sent.at(-1)?.method, 'Target.detachFromTarget');
    answer({});
    await turn();
    const { id } = sent.at(-1) as Sent;
    tell({ id, error: { message: 'too many' } });
    await assert.rejects(next, /^Error: too many$/);
  });
});
