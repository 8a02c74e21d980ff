// Submits a script with `fetch`, follows its events across broken connections, and prints its value.
//   node examples/service/run.ts        CASTELLAN_URL, CASTELLAN_KEY
import { randomUUID } from 'node:crypto';

const url = process.env['CASTELLAN_URL'] ?? 'http://127.0.0.1:7400';
const key = process.env['CASTELLAN_KEY'];
const authorization: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};

interface Run {
  readonly id: string;
  readonly status: string;
  readonly value: unknown;
  readonly error: { readonly message: string } | null;
}
/** One message of the stream: `data` is the Run of `run.queued` and `run.finished`, else the event. */
interface Message {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

const response = await fetch(`${url}/v1/runs`, {
  method: 'POST',
  // The key makes a repeated request return the same run.
  headers: {
    ...authorization,
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  },
  body: JSON.stringify({
    code: 'for (let i = 1; i <= 3; i++) console.log("line", i); return params.a + params.b',
    params: { a: 20, b: 22 },
  }),
});
if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
const { id } = (await response.json()) as Run;

for await (const { event, data } of follow(id)) {
  if (event === 'log') console.error((JSON.parse(data) as { text: string }).text);
  if (event !== 'run.finished') continue;
  const { status, value, error } = JSON.parse(data) as Run;
  if (status !== 'succeeded') throw new Error(`${status}: ${error?.message}`);
  console.log(JSON.stringify(value));
}

/** Yields the events of a run, each one once; a broken connection is resumed where it broke. */
async function* follow(run: string): AsyncGenerator<Message> {
  for (let last = '0'; ;) {
    try {
      for await (const message of listen(run, last)) {
        last = message.id;
        yield message;
        if (message.event === 'run.finished') return;
      }
    } catch (error) {
      // `fetch` throws a TypeError when it has no connection; any other error is for the caller.
      if (!(error instanceof TypeError)) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

async function* listen(run: string, last: string): AsyncGenerator<Message> {
  const stream = await fetch(`${url}/v1/runs/${run}/events`, {
    headers: { ...authorization, 'last-event-id': last },
  });
  if (stream.status === 503) return;
  if (!stream.ok || stream.body === null) throw new Error(await stream.text());
  let text = '';
  for await (const piece of stream.body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole) {
      const field = (name: string): string =>
        new RegExp(`^${name}: (.*)$`, 'm').exec(message)?.[1] ?? '';
      if (field('data') !== '') {
        yield { id: field('id'), event: field('event'), data: field('data') };
      }
    }
  }
}
