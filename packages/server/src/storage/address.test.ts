import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CastellanError } from '@castellan/protocol';
import { addressOf, cannotOpen } from './address.ts';

test('addressOf names a database without user and password', () => {
  for (const [url, where] of [
    ['postgres://me:secret@db.example:5433/castellan', 'db.example:5433/castellan'],
    ['postgresql://db.example/a%20b', 'db.example/a b'],
    ['postgres:///castellan', 'localhost/castellan'],
    ['postgres:///castellan?host=/run/postgresql&user=me', '/run/postgresql/castellan'],
  ] as const) {
    assert.deepEqual(addressOf(url), { url, where });
  }
});

test('addressOf refuses what is no URL of a database, and does not show it', () => {
  for (const url of [
    '',
    'secret',
    'mysql://me:secret@host/db',
    'postgres://',
    'postgres://me:secret@host',
    'postgres://me:secret@host:99999/db',
    'postgres://me:sec/ret@host/db%',
  ]) {
    assert.throws(
      () => addressOf(url),
      (error) => {
        assert.ok(error instanceof CastellanError, url);
        assert.equal(error.code, 'invalid_option');
        assert.ok(error.fix);
        assert.doesNotMatch(JSON.stringify({ ...error, message: error.message }), /sec/);
        return true;
      },
    );
  }
});

const address = addressOf('postgres://me:secret@db.example/castellan');
const sent = (code: string) => Object.assign(new Error('no'), { code, severity: 'FATAL' });
for (const [what, error, message] of [
  ['a wrong password', sent('28P01'), /refuses user or password/],
  ['no such database', sent('3D000'), /does not exist.*createdb/],
  ['no right', sent('42501'), /denies this user a right: no/],
  ['a server that starts', sent('57P03'), /is starting or stopping/],
  ['no connection left', sent('53300'), /max_connections/],
  ['an unknown host', Object.assign(new Error(), { code: 'ENOTFOUND' }), /no name server knows/],
  ['no server', Object.assign(new Error(), { code: 'ECONNREFUSED' }), /nobody listens there/],
  ['no answer', new Error('timeout expired'), /cannot be reached: timeout expired/],
] as const) {
  test(`cannotOpen says of ${what} what is wrong and what to do`, () => {
    const said = cannotOpen(address, error);
    assert.ok(said instanceof CastellanError);
    assert.match(said.message, /^The database db\.example\/castellan /);
    assert.match(said.message, message);
    assert.ok(said.fix);
    assert.doesNotMatch(said.message, /secret/);
  });
}
