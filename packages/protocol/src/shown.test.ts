import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shown } from './shown.ts';

test('shown leaves user and password of a URL out, wherever it stands', () => {
  assert.equal(shown('postgres://me:secret@db/x'), '"postgres://…@db/x"');
  assert.equal(shown({ store: ['a http://me@h:1/?b=c@d'] }), '{"store":["a http://…@h:1/?b=c@d"]}');
  assert.equal(shown('https://host/a@b'), '"https://host/a@b"');
});
