import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';

const digest = (hash: string, text: string): string =>
  createHash(hash).update(text).digest('base64');

test('integrity is checked as Node checks it', async () => {
  using guest = new Guest();
  const good = digest('sha256', 'hi');
  const cases: readonly [integrity: string, isTaken: boolean][] = [
    [`sha256-${good}`, true],
    [`SHA256-${good}`, true],
    [`sha384-${digest('sha384', 'hi')}`, true],
    [`sha512-${digest('sha512', 'hi').replaceAll('+', '-').replaceAll('/', '_')}?x`, true],
    [`sha256-AAAA sha256-${good}`, true],
    [`sha256-${good} sha512-AAAA`, false],
    ['sha256-AAAA', false],
    ['sha256-', false],
    ['sha256-!!', false],
    ['md5-AAAA', true],
    ['bogus', true],
    ['', true],
  ];
  const script = (integrity: string): string =>
    `return fetch('data:text/plain,hi', { integrity: ${JSON.stringify(integrity)} }).then((r) => r.text(), (e) => [e.name, e.message, e.cause?.message]);`;
  for (const [integrity, isTaken] of cases) {
    const expected = isTaken ? 'hi' : ['TypeError', 'fetch failed', 'integrity mismatch'];
    assert.deepEqual(await guest.runAsync(script(integrity)), expected, integrity);
    const own = await fetch('data:text/plain,hi', { integrity }).then(
      (r) => r.text(),
      () => 'failed',
    );
    assert.equal(own, isTaken ? 'hi' : 'failed', `Node: ${integrity}`);
  }
  assert.deepEqual(
    await guest.runAsync(
      `return fetch(new Request('data:,hi', { integrity: 'sha256-AAAA' })).catch((e) => e.cause.message);`,
    ),
    'integrity mismatch',
  );
});

test('a location of the script is the base of relative URLs', async () => {
  using guest = new Guest();
  const result = await guest.runAsync(`
    const before = await fetch('/x').catch((e) => e.message);
    globalThis.location = { href: 'https://host/a/b' };
    const request = new Request('../c', { referrer: '/here' });
    return [before, request.url, request.referrer, Response.redirect('/y').headers.get('location')];`);
  assert.deepEqual(result, [
    'Failed to parse URL from /x',
    'https://host/c',
    'https://host/here',
    'https://host/y',
  ]);
  const odd = await guest.runAsync(`
    const all = [];
    for (const value of [undefined, null, 5, {}, { href: 7 }, { href: new URL('http://u/') }]) {
      globalThis.location = value;
      try { all.push(new Request('/c').url); } catch (e) { all.push(e.name); }
    }
    return all;`);
  assert.deepEqual(odd, [...Array<string>(5).fill('TypeError'), 'http://u/c']);
});

test('a header in two spellings is sent once', async () => {
  using guest = new Guest();
  await guest.runAsync(`
    void fetch('http://host/', { headers: { 'X-One': 'a', 'x-one': 'b', Accept: 'q', ACCEPT: 'r' } }).catch(() => 0);
    void fetch('http://host/', { headers: [['a', '1'], ['B', '2'], ['A', '3']] }).catch(() => 0);`);
  const sent = guest.sent
    .filter(({ method }) => method === 'open')
    .map(({ value }) => (JSON.parse(String(value)) as { headers: string[][] }).headers.slice(0, 2));
  assert.deepEqual(sent, [
    [
      ['X-One', 'a, b'],
      ['Accept', 'q, r'],
    ],
    [
      ['a', '1, 3'],
      ['B', '2'],
    ],
  ]);
});
