import { resolveLimits } from '@castellan/protocol';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Addition, Artifacts, cleanName } from './artifacts.ts';

test('cleanName gives one harmless path segment for any name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
      const name = cleanName(given);
      assert.match(name, /^[^\p{Cc}/\\<>:"|?*]+$/u);
      assert.ok(!name.startsWith('.') && Buffer.byteLength(name) <= 200);
      assert.equal(cleanName(name), name);
    }),
    { numRuns: 2_000 },
  );
});

test('cleanName keeps what is fine and joins folders', () => {
  assert.equal(cleanName('home.png'), 'home.png');
  assert.equal(cleanName('Über uns 2.pdf'), 'Über uns 2.pdf');
  assert.equal(cleanName('a/b/c.txt'), 'a_b_c.txt');
  assert.equal(cleanName('../../etc/passwd'), 'etc_passwd');
  assert.equal(cleanName('..'), 'artifact');
});

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
