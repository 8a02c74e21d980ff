import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { startService, type TestService } from '../service.support.ts';
import { until } from '../../../../../test/shared/until.support.ts';

const submit = { method: 'POST', url: '/v1/runs', payload: { code: '1' } } as const;

interface Frame {
  readonly id: number;
  readonly event: string;
  readonly data: Record<string, unknown>;
}

/** The events of a stream as a client would read them. */
async function* frames(response: AsyncIterable<Buffer>): AsyncGenerator<Frame> {
  let text = '';
  for await (const chunk of response) {
    text += chunk.toString();
    const parts = text.split('\n\n');
    text = parts.pop() ?? '';
    for (const part of parts) {
      const field = (name: string): string =>
        part
          .split('\n')
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2) ?? '';
      if (field('event') === '') continue;
      const data = JSON.parse(field('data')) as Record<string, unknown>;
      yield { id: Number(field('id')), event: field('event'), data };
    }
  }
}

async function all(response: AsyncIterable<Buffer>): Promise<Frame[]> {
  const seen: Frame[] = [];
  for await (const frame of frames(response)) seen.push(frame);
  return seen;
}

async function open(url: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [response] = (await once(get(url, { headers, agent: false }), 'response')) as [
    IncomingMessage,
  ];
  return response;
}

async function started(service: TestService): Promise<{ id: string; url: string }> {
  const base = await service.app.listen({ port: 0, host: '127.0.0.1' });
  const { body } = await service.inject(submit);
  const id = String(body['id']);
  await service.launcher.started(id);
  return { id, url: `${base}/v1/runs/${id}/events` };
}

test('events come as they are said, each once and in order, and end with the run', async () => {
  await using service = await startService();
  const { id, url } = await started(service);
  const response = await open(url);
  assert.equal(response.headers['content-type'], 'text/event-stream; charset=utf-8');
  assert.ok(response.headers['ratelimit']);
  const seen: Frame[] = [];
  for await (const frame of frames(response)) {
    seen.push(frame);
    if (frame.event === 'run.started') {
      service.launcher.say(id, {
        type: 'log',
        stream: 'stdout',
        level: 'info',
        text: 'a\n\ndata: b',
      });
    }
    if (frame.event === 'log') service.launcher.finish(id, { value: 7 });
  }
  assert.deepEqual(
    seen.map(({ id: seq, event }) => [seq, event]),
    [
      [1, 'run.queued'],
      [2, 'run.started'],
      [3, 'log'],
      [4, 'run.finished'],
    ],
  );
  assert.equal(seen[0]?.data['id'], id);
  assert.equal(seen[2]?.data['text'], 'a\n\ndata: b');
  assert.equal(seen[3]?.data['value'], 7);
});

test('events resume after what a client knows, by header and by query', async () => {
  await using service = await startService();
  const { id, url } = await started(service);
  service.launcher.finish(id);
  await service.runs.ended(null, id, AbortSignal.timeout(5_000));
  const idsOf = async (query: string, headers = {}): Promise<number[]> =>
    (await all(await open(url + query, headers))).map((frame) => frame.id);
  assert.deepEqual(await idsOf(''), [1, 2, 3]);
  assert.deepEqual(await idsOf('?after=1'), [2, 3]);
  assert.deepEqual(await idsOf('', { 'last-event-id': '2' }), [3]);
  assert.deepEqual(await idsOf('?after=0', { 'last-event-id': '2' }), [1, 2, 3]);
  assert.deepEqual(await idsOf('?after=99'), []);
  for (const wrong of ['x', '-1', '1.5', '1 OR 1']) {
    assert.equal((await open(url, { 'last-event-id': wrong })).statusCode, 400, wrong);
  }
});

test('closing the app ends a stream where it is, and the client comes back there', async () => {
  const service = await startService();
  const { url } = await started(service);
  const reading = all(await open(url));
  await service[Symbol.asyncDispose]();
  const seen = await reading;
  assert.ok(seen.every(({ event }) => event !== 'run.finished'));
});

test('100,000 lines arrive complete and in order, beside a reader that takes nothing', async () => {
  await using service = await startService();
  const { id, url } = await started(service);
  const lines = 100_000;
  const served: Socket[] = [];
  service.app.server.on('connection', (socket: Socket) => served.push(socket));
  const stuck = await open(url);
  stuck.pause();
  const texts = Array.from({ length: lines }, (_, at) => `line ${at}`);
  for (const text of texts) {
    service.launcher.say(id, { type: 'log', stream: 'stdout', level: 'info', text });
  }
  service.launcher.finish(id);
  let next = 0;
  let seq = 0;
  let last = '';
  for await (const { id: at, event, data } of frames(await open(url))) {
    assert.equal(at, ++seq);
    last = event;
    if (event === 'log') assert.equal(data['text'], texts[next++]);
  }
  assert.equal(next, lines);
  assert.equal(last, 'run.finished');
  // Events that the stuck client has not read are in the store, not in memory.
  const [{ writableLength } = { writableLength: Infinity }] = served;
  assert.ok(writableLength < 2 ** 20, `${writableLength} bytes are kept for it`);
  stuck.destroy();
});

test('a reader that hangs up leaves nothing behind', async () => {
  await using service = await startService();
  const { url } = await started(service);
  const response = await open(url);
  await frames(response).next();
  const requests = async (): Promise<string> => {
    const { text } = await service.inject({ url: '/metrics' });
    return /^castellan_http_requests_in_flight (\d+)/m.exec(text)?.[1] ?? '';
  };
  assert.equal(await requests(), '2', 'the stream and the question');
  response.destroy();
  await until('only the question is in flight', async () => (await requests()) === '1');
});

for (const way of ['key', 'token'] as const) {
  test(`a stream ends when the key behind its ${way} is revoked meanwhile`, async () => {
    await using service = await startService({ lookMs: 20 });
    const base = await service.app.listen({ port: 0, host: '127.0.0.1' });
    const headers = service.bearer();
    const id = String((await service.inject({ ...submit, headers })).body['id']);
    await service.launcher.started(id);
    const ask = { method: 'POST', url: `/v1/runs/${id}/token`, headers } as const;
    const token = String((await service.inject(ask)).body['token']);
    const events = `${base}/v1/runs/${id}/events`;
    const response =
      way === 'key' ? await open(events, headers) : await open(`${events}?token=${token}`);
    const seen = all(response);
    service.keys.revoke(service.keys.list()[0]?.id ?? '');
    assert.deepEqual(
      (await seen).map(({ event }) => event),
      ['run.queued', 'run.started'],
    );
    assert.equal((await open(events, headers)).statusCode, 401);
  });
}
