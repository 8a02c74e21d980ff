import { resolveLimits } from '@castellan/protocol';
import fc from 'fast-check';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Artifacts, cleanName } from './artifacts.ts';

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

test('Artifacts counts what is kept, so that a rewrite costs nothing', () => {
  const artifacts = new Artifacts('run_1', resolveLimits({ artifactBytes: 10, artifactCount: 1 }));
  for (let round = 0; round < 5; round++) assert.ok(artifacts.keep('a', null, new Uint8Array(10)));
  assert.equal(artifacts.keep('a', null, new Uint8Array(11)), undefined);
  assert.equal(artifacts.keep('b', null, new Uint8Array(0)), undefined);
  assert.deepEqual(
    artifacts.list().map(({ name, sizeBytes }) => [name, sizeBytes]),
    [['a', 10]],
  );
});

test('Artifacts takes a content type only in the form of one', () => {
  const artifacts = new Artifacts('run_1', resolveLimits());
  const type = (given: string | null): string | undefined =>
    artifacts.keep('a', given, new Uint8Array())?.contentType;
  assert.equal(type('Text/HTML; charset=UTF-8'), 'text/html; charset=utf-8');
  assert.equal(type('text/html\r\nSet-Cookie: x'), 'application/octet-stream');
  assert.equal(type(null), 'application/octet-stream');
});
