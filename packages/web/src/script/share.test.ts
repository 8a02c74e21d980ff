import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Writing } from './draft.ts';
import { linkTo, longestLink, readLink } from './share.ts';

const page = new URL('http://127.0.0.1:7400/below/?run=run_1#old');
const writing: Writing = {
  files: [
    { name: 'script.ts', text: 'return "ä"' },
    { name: 'b.js', text: '' },
  ],
  params: '{"a":1}',
  policy: 'narrow',
  isolation: 'bubblewrap',
  limits: { wallMs: 5 },
  browser: false,
  env: 'TOKEN=secret',
  stdin: 'line',
  data: [{ name: 'a.bin', base64: 'AAE=' }],
  record: { trace: true },
};

test('linkTo keeps all in the fragment but the environment, and readLink reads it', async () => {
  const link = new URL((await linkTo(page, writing)) ?? '');
  assert.equal(link.origin + link.pathname + link.search, 'http://127.0.0.1:7400/below/');
  const { env: _env, ...rest } = writing;
  assert.deepEqual(await readLink(link.hash), rest);
});

test('linkTo has no link for what is too large', async () => {
  const text = Array.from({ length: 9_000 }, () => crypto.randomUUID()).join('');
  assert.equal(await linkTo(page, { ...writing, files: [{ name: 'a.ts', text }] }), null);
});

async function packed(value: unknown): Promise<string> {
  const stream = new Blob([JSON.stringify(value)])
    .stream()
    .pipeThrough(new CompressionStream('deflate-raw'));
  return `#script=${Buffer.from(await new Response(stream).arrayBuffer()).toString('base64url')}`;
}

test('readLink takes only what a writing has, and nothing that unpacks to much more', async () => {
  const odd = {
    ...writing,
    files: [{ name: 'a', text: 'b', extra: 1 }],
    limits: ['x'],
    isolation: 'toString',
    env: 1,
    stdin: {},
    data: [1],
    record: null,
    more: 1,
  };
  assert.deepEqual(await readLink(await packed(odd)), {
    files: [{ name: 'a', text: 'b' }],
    params: '{"a":1}',
    policy: 'narrow',
    browser: false,
  });
  for (const bad of [null, 1, {}, { files: [] }, { files: [{ name: 1 }] }]) {
    assert.equal(await readLink(await packed(bad)), null, JSON.stringify(bad));
  }
  const bomb = await packed({ files: [{ name: 'a', text: 'x'.repeat(3_000_000) }] });
  assert.ok(bomb.length < longestLink);
  assert.equal(await readLink(bomb), null);
  for (const fragment of ['', '#', '#script=', '#script=%', '#script=AAAA', '#other=AAAA']) {
    assert.equal(await readLink(fragment), null, fragment);
  }
});
