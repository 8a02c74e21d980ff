import { resolveLimits } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Addition, Artifacts } from './artifacts.ts';

test('Artifacts counts what is kept, so that a rewrite costs no room, and says which limit is full', () => {
  const artifacts = new Artifacts('run_1', resolveLimits({ artifactBytes: 10, artifactCount: 1 }));
  const add = (name: string, bytes: number): Addition =>
    artifacts.add(name, null, new Uint8Array(bytes));
  for (let round = 0; round < 5; round++) assert.ok('artifact' in add('a', 10));
  assert.deepEqual(add('a', 11), { exceeded: 'more than 10 bytes of artifacts' });
  assert.deepEqual(add('b', 0), { exceeded: 'more than 1 artifacts' });
  assert.deepEqual(
    artifacts.list().map(({ name, sizeBytes }) => [name, sizeBytes]),
    [['a', 10]],
  );
});

test('Artifacts bounds what is written over and over', () => {
  const artifacts = new Artifacts('run_1', resolveLimits({ artifactBytes: 10 }));
  const add = (): Addition => artifacts.add('a', null, new Uint8Array(10));
  for (let round = 0; round < 8; round++) assert.ok('artifact' in add());
  assert.deepEqual(add(), { exceeded: 'artifacts anew until they were 8 times artifactBytes' });
});

test('Artifacts bounds how often something is written, however small it is', () => {
  const artifacts = new Artifacts('run_1', resolveLimits({ artifactCount: 2 }));
  let writes = 0;
  let added: Addition;
  do added = artifacts.add('a', null, new Uint8Array(0));
  while ('artifact' in added && ++writes < 1_000);
  assert.equal(writes, 8 * 2 + 100);
  assert.deepEqual(added, { exceeded: 'artifacts more than 116 times' });
});

test('Artifacts takes a content type only in the form of one', () => {
  const artifacts = new Artifacts('run_1', resolveLimits());
  const type = (given: string | null): string => {
    const added = artifacts.add('a', given, new Uint8Array());
    assert.ok('artifact' in added);
    return added.artifact.contentType;
  };
  assert.equal(type('Text/HTML; charset=UTF-8'), 'text/html; charset=utf-8');
  assert.equal(type('text/html\r\nSet-Cookie: x'), 'application/octet-stream');
  assert.equal(type(null), 'application/octet-stream');
});

test('Artifacts has a free name for what may replace nothing', () => {
  const artifacts = new Artifacts('run_1', resolveLimits());
  const names = ['a.csv', 'a.csv', 'x/a.csv', 'x_a.csv', 'b.tar.gz', 'b.tar.gz', '報告', '報告'];
  for (const name of names) artifacts.add(artifacts.freeName(name), null, new Uint8Array());
  const kept = ['a.csv', 'a (1).csv', 'x_a.csv', 'x_a (1).csv', 'b.tar.gz', 'b (1).tar.gz'];
  assert.deepEqual(
    artifacts.list().map(({ name }) => name),
    [...kept, '報告', '報告 (1)'],
  );
});
