import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest, type Sent } from '../guest.support.ts';

const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

const head = (more: object = {}): string =>
  JSON.stringify({
    status: 200,
    statusText: 'OK',
    headers: [['Content-Type', 'text/plain']],
    url: 'http://host/',
    redirected: false,
    ...more,
  });

/** Answers each request by `answer`, as the runner would: never within a call of the guest. */
function serve(guest: Guest, answer: (sent: Sent) => void): void {
  guest.onSent = (sent) => setImmediate(() => answer(sent));
}

test('fetch sends the request and returns the response', async () => {
  using guest = new Guest();
  serve(guest, ({ method, id }) => {
    if (method === 'open') guest.tell('onHead', id, head({ status: 201, redirected: true }));
    if (method !== 'pull') return;
    guest.tell('onChunk', id, encode('an'));
    guest.tell('onChunk', id, encode('swer'));
    guest.tell('onEnd', id);
  });
  const result = await guest.runAsync(`
    const r = await fetch('http://host/path?q#frag', { method: 'POST', body: 'hi', headers: { 'X-A': 'b', Cookie: 'c=d', Host: 'evil', Connection: 'close' } });
    return [r.status, r.statusText, r.url, r.redirected, r.type, r.headers.get('content-type'), await r.text()];`);
  assert.deepEqual(result, [201, 'OK', 'http://host/', true, 'basic', 'text/plain', 'answer']);
  const [open, send, finish] = guest.sent;
  assert.deepEqual(
    [open?.method, open?.more, send?.method, finish?.method],
    ['open', true, 'send', 'finish'],
  );
  assert.deepEqual(send?.value, encode('hi'));
  assert.deepEqual(JSON.parse(String(open?.value)), {
    url: 'http://host/path?q',
    method: 'POST',
    redirect: 'follow',
    headers: [
      ['X-A', 'b'],
      ['Cookie', 'c=d'],
      ['Content-Type', 'text/plain;charset=UTF-8'],
      ['Accept', '*/*'],
      ['Accept-Language', '*'],
      ['User-Agent', 'Castellan'],
      ['Content-Length', '2'],
    ],
  });
});

test('a response asks for no more than a window, and for more only as it is read', async () => {
  using guest = new Guest();
  const pulls: number[] = [];
  let left = 5;
  serve(guest, ({ method, id, value }) => {
    if (method === 'open') guest.tell('onHead', id, head());
    if (method !== 'pull') return;
    pulls.push(Number(value));
    if (left-- > 0) guest.tell('onChunk', id, new Uint8Array(Number(value)));
    else guest.tell('onEnd', id);
  });
  const sizes = await guest.runAsync(`
    const r = await fetch('http://host/');
    const sizes = []; for await (const chunk of r.body) sizes.push(chunk.length);
    return sizes;`);
  assert.deepEqual(sizes, Array(5).fill(65_536));
  assert.deepEqual(pulls, Array(6).fill(65_536));
});

test('an upload stops at its window until the runner gives credit', async () => {
  using guest = new Guest();
  let received = 0;
  const sizes: number[] = [];
  serve(guest, ({ method, id, value }) => {
    if (method === 'send') {
      const { length } = value as Uint8Array;
      received += length;
      sizes.push(length);
      // The guest holds nothing by now, so it grants exactly what it has taken.
      if (received % 65_536 === 0) guest.tell('onCredit', id, 65_536);
    }
    if (method === 'finish') {
      guest.tell('onHead', id, head());
      guest.tell('onEnd', id);
    }
  });
  const text = await guest.runAsync(`
    const body = ReadableStream.from([new Uint8Array(100_000), new Uint8Array(31_072)]);
    return (await fetch('http://host/', { method: 'PUT', duplex: 'half', body })).text();`);
  assert.equal(text, '');
  assert.deepEqual(sizes, [65_536, 34_464, 31_072]);
  assert.equal(
    (JSON.parse(String(guest.sent[0]?.value)) as { headers: [string][] }).headers.some(
      ([name]) => name === 'Content-Length',
    ),
    false,
  );
});

test('an abort cancels, before the head and after it', async () => {
  using guest = new Guest();
  serve(guest, ({ method, id, value }) => {
    const isLate = String(value).includes('/late');
    if (method === 'open' && isLate) guest.tell('onHead', id, head());
  });
  const result = await guest.runAsync(`
    const early = new AbortController();
    const first = fetch('http://host/early', { signal: early.signal }).catch((reason) => reason);
    early.abort('reason');
    const late = new AbortController();
    const response = await fetch('http://host/late', { signal: late.signal });
    const text = response.text().catch((error) => error.name);
    late.abort();
    const never = await fetch('http://host/', { signal: AbortSignal.abort('at once') }).catch((reason) => reason);
    return [await first, await text, never];`);
  assert.deepEqual(result, ['reason', 'AbortError', 'at once']);
  const cancelled = guest.sent.filter(({ method }) => method === 'cancel').map(({ id }) => id);
  assert.deepEqual(cancelled, [1, 2]);
  assert.equal(guest.sent.filter(({ method }) => method === 'open').length, 2);
});

test('a failure is a TypeError of the guest realm, and redirect: error refuses a redirect', async () => {
  using guest = new Guest();
  serve(guest, ({ method, id, value }) => {
    if (method === 'pull') guest.tell('onError', id, 'reset');
    if (method !== 'open') return;
    const { url } = JSON.parse(String(value)) as { url: string };
    if (url.endsWith('/none')) guest.tell('onError', id, 'refused');
    else if (url.endsWith('/half')) guest.tell('onHead', id, head());
    else guest.tell('onHead', id, head({ status: 302, headers: [['location', '/']] }));
  });
  const result = await guest.runAsync(`
    const show = (error) => [error instanceof TypeError, error.message, error.cause?.message];
    const half = await fetch('http://host/half');
    const manual = await fetch('http://host/', { redirect: 'manual' });
    return [await fetch('http://host/none').catch(show), await half.text().catch(show),
      await fetch('http://host/', { redirect: 'error' }).catch(show), manual.status, manual.headers.get('location')];`);
  assert.deepEqual(result, [
    [true, 'fetch failed', 'refused'],
    [true, 'fetch failed', 'reset'],
    [true, 'fetch failed', 'unexpected redirect'],
    302,
    '/',
  ]);
});

test('answers to unknown and settled requests are ignored', async () => {
  using guest = new Guest();
  serve(guest, ({ method, id }) => {
    if (method !== 'open') return;
    guest.tell('onHead', 99, head());
    guest.tell('onHead', id, head({ status: 204 }));
    guest.tell('onHead', id, head({ status: 500 }));
    guest.tell('onEnd', id);
    guest.tell('onEnd', id);
    guest.tell('onError', id, 'late');
  });
  assert.deepEqual(
    await guest.runAsync(`const r = await fetch('http://host/'); return [r.status, r.body]`),
    [204, null],
  );
});
