import assert from 'node:assert/strict';
import { test } from 'node:test';
import { complaint } from './complaint.ts';

test('complaint has a fix on a line of its own', () => {
  assert.equal(complaint('No bwrap.'), 'castellan: No bwrap.\n');
  assert.equal(
    complaint('No bwrap.', 'apt-get install bubblewrap'),
    'castellan: No bwrap.\n  fix: apt-get install bubblewrap\n',
  );
});

test('complaint obeys nothing that somebody else wrote', () => {
  const text = complaint('a\u001b[2J\u202e', 'b\u001b[2J\nrm');
  assert.doesNotMatch(text.replaceAll('\n', ''), /[\p{Cc}\u202e]/u);
  assert.equal(text.split('\n').length, 3);
});
