// What the client makes of answers that a service gives seldom: they are played, one per request.
import { CastellanError, createClient, type ClientOptions, type RunEvent } from '@castellan/sdk';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

type Answer = (asked: IncomingMessage, answer: ServerResponse) => void;

const run = { id: `run_${'0'.repeat(32)}`, finishedAt: null };
const streaming = { 'content-type': 'text/event-stream; charset=utf-8' };
const frame = (seq: number, event: string, data: object): string =>
  `id: ${seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const log = (seq: number): string => frame(seq, 'log', { type: 'log', text: `line ${seq}` });
const finished = (seq: number): string => frame(seq, 'run.finished', run);

const stream =
  (...frames: string[]): Answer =>
  (_, answer) =>
    answer.writeHead(200, streaming).end(frames.join(''));
const lost: Answer = ({ socket }) => void socket.destroy();

/** A client, and what it asked for; the last answer is given again and again. */
async function played(t: TestContext, answers: Answer[], options: Partial<ClientOptions> = {}) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === `/v1/runs/${run.id}`) return void response.end(JSON.stringify(run));
    const answer = answers[Math.min(asked.length, answers.length - 1)];
    asked.push(request.url ?? '');
    return answer?.(request, response);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const castellan = createClient({ url, retries: 0, patienceMs: 5_000, ...options });
  return { castellan, run: await castellan.runs.get(run.id), asked };
}

async function all(events: AsyncIterable<RunEvent>): Promise<string[]> {
  const list: string[] = [];
  for await (const { type, seq } of events) list.push(`${seq} ${type}`);
  return list;
}

/** The first event, when all have come. */
async function firstOf(events: AsyncIterable<RunEvent>): Promise<RunEvent | undefined> {
  let first: RunEvent | undefined;
  for await (const event of events) first ??= event;
  return first;
}

test('a stream goes on where it broke while the service is stopped and started', async (t) => {
  const { run: followed, asked } = await played(t, [
    (_, answer) => {
      answer.writeHead(200, streaming);
      answer.write(`${log(1)}id: 2\nevent: lo`, () => answer.destroy());
    },
    lost,
    (_, answer) => void answer.writeHead(503).end('stopping'),
    stream(finished(2)),
  ]);
  assert.deepEqual(await all(followed.events()), ['1 log', '2 run.finished']);
  assert.deepEqual(
    asked.map((path) => path.split('after=')[1]),
    ['0', '1', '1', '1'],
  );
});

test('a run that was quiet for longer than the patience is still waited for', async (t) => {
  const { run: followed } = await played(
    t,
    [
      (_, answer) => {
        answer.writeHead(200, streaming).write(log(1));
        // Quiet is what this test is about: nothing happens that could be awaited.
        setTimeout(() => answer.destroy(), 900);
      },
      lost,
      stream(finished(2)),
    ],
    { patienceMs: 600 },
  );
  assert.deepEqual(await all(followed.events()), ['1 log', '2 run.finished']);
});

for (const [what, answers, code] of [
  ['that does not come back', [stream(log(1)), lost], 'unreachable'],
  ['whose streams end before the run does', [stream(log(1)), stream()], 'broken_answer'],
  ['that was never there', [lost], 'unreachable'],
  ['that sends no JSON', [stream('id: 1\nevent: log\ndata: {\n\n')], 'broken_answer'],
  ['that sends no events', [(_, answer) => void answer.end('<!doctype html>')], 'broken_answer'],
  [
    'that breaks off its answer',
    [(_, answer) => void answer.writeHead(200, { 'content-length': 9 }).end('{')],
    'broken_answer',
  ],
] as const satisfies [string, Answer[], string][]) {
  test(`a service ${what} is given up`, async (t) => {
    const { run: followed } = await played(t, [...answers], { patienceMs: 700 });
    await assert.rejects(all(followed.events()), (error: Error) => {
      assert.ok(error instanceof CastellanError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, /http:\/\/127\.0\.0\.1:\d+/);
      return true;
    });
  });
}

test('a redirect is not followed, since it would take the key elsewhere', async (t) => {
  const { castellan, asked } = await played(t, [
    (_, answer) => void answer.writeHead(307, { location: '/elsewhere' }).end(),
  ]);
  await assert.rejects(castellan.runs.list(), {
    code: 'broken_answer',
    status: 307,
    message: /v1\/runs redirects to \/elsewhere/,
  });
  assert.deepEqual(asked, ['/v1/runs']);
});

test('a line that holds what other languages take for line breaks comes whole', async (t) => {
  const text = 'a\u2028b\u2029c\u0085d\r\n\n\ndata: e\n\nevent: run.finished';
  const { run: followed } = await played(t, [
    stream('retry: 1\n\n: ping\n\n', frame(1, 'log', { type: 'log', text }), finished(2)),
  ]);
  const first = await firstOf(followed.events());
  assert.equal(first?.type === 'log' && first.text, text);
});

test('answers and events are read by the function that was given', async (t) => {
  const parse = (json: string): unknown =>
    JSON.parse(json, (_, value: unknown) => (value === 'line 1' ? 'another' : value));
  const { run: followed } = await played(t, [stream(log(1), finished(2))], { parse });
  const first = await firstOf(followed.events());
  assert.equal(first?.type === 'log' && first.text, 'another');
});

test('a refusal has the place in the script, the page about it, and its fix as a text', async (t) => {
  const problem = { code: 'module_denied', type: '/problems/module_denied', detail: 'No.' };
  const place = { file: 'main.ts', line: 2, column: 7 };
  for (const fix of ['allow it', 7, { a: 1 }]) {
    const { castellan } = await played(t, [
      (_, answer) => void answer.writeHead(422).end(JSON.stringify({ ...problem, ...place, fix })),
    ]);
    await assert.rejects(castellan.runs.create({ code: '1' }), (error: CastellanError) => {
      assert.deepEqual(
        [error.message, error.file, error.line, error.column, error.fix],
        ['No.', 'main.ts', 2, 7, typeof fix === 'string' ? fix : null],
      );
      assert.match(error.page ?? '', /^http:\/\/127\.0\.0\.1:\d+\/problems\/module_denied$/);
      return true;
    });
  }
});
