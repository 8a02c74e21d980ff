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
type Event =
  | { readonly type: 'log'; readonly seq: number; readonly text: string }
  | { readonly type: 'run.finished'; readonly seq: number; readonly run: Run };

const response = await fetch(`${url}/v1/runs`, {
  method: 'POST',
  // The key makes a repeated request the same run.
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

for await (const event of follow(id)) {
  if (event.type === 'log') console.error(event.text);
  if (event.type !== 'run.finished') continue;
  const { status, value, error } = event.run;
  if (status !== 'succeeded') throw new Error(`${status}: ${error?.message}`);
  console.log(JSON.stringify(value));
}

/** The events of a run, each once; a connection that breaks is opened again where it broke. */
async function* follow(run: string): AsyncGenerator<Event> {
  for (let last = 0; ;) {
    try {
      const stream = await fetch(`${url}/v1/runs/${run}/events`, {
        headers: { ...authorization, 'last-event-id': String(last) },
      });
      if (!stream.ok || stream.body === null) throw new Error(`${stream.status}`);
      for await (const data of messages(stream.body)) {
        const event = JSON.parse(data) as Event;
        last = event.seq;
        yield event;
        if (event.type === 'run.finished') return;
      }
    } catch (error) {
      console.error(`connection lost (${(error as Error).message}), again …`);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** The `data:` of each message of an event stream. */
async function* messages(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let text = '';
  for await (const piece of body.pipeThrough(new TextDecoderStream())) {
    text += piece;
    const whole = text.split('\n\n');
    text = whole.pop() ?? '';
    for (const message of whole) {
      const data = message.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield data.slice('data: '.length);
    }
  }
}
