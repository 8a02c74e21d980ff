import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { issueRunToken, readRunToken, runTokenMs } from './run-token.ts';

const secret = randomBytes(32);
const now = Date.UTC(2026, 10, 30);
const { token, endsAt } = issueRunToken(secret, 'run_1', 'key_1', now);

test('readRunToken knows the giver and the end of a token, for an hour and for its run', () => {
  assert.equal(endsAt, now + runTokenMs);
  assert.deepEqual(readRunToken(secret, 'run_1', token, now), { giver: 'key_1', endsAt });
  assert.deepEqual(readRunToken(secret, 'run_1', token, endsAt - 1), { giver: 'key_1', endsAt });
  assert.equal(readRunToken(secret, 'run_1', token, endsAt), undefined);
  assert.equal(readRunToken(secret, 'run_2', token, now), undefined);
  assert.equal(readRunToken(randomBytes(32), 'run_1', token, now), undefined);
});

test('readRunToken takes no token with one character changed, added or left out', () => {
  for (let at = 0; at < token.length; at++) {
    for (const other of ['A', 'a', '0', '-', '_', '.', '', '%', `${token[at]}${token[at]}`]) {
      if (other === token[at]) continue;
      const forged = token.slice(0, at) + other + token.slice(at + 1);
      assert.equal(readRunToken(secret, 'run_1', forged, now), undefined, forged);
    }
  }
  for (const forged of ['', 'rt_', '..', token.repeat(2), `${token}\n`, ` ${token}`]) {
    assert.equal(readRunToken(secret, 'run_1', forged, now), undefined, forged);
  }
});

test('readRunToken takes no parts of two tokens together', () => {
  const other = issueRunToken(secret, 'run_1', 'key_2', now + 60_000).token;
  const [one, two] = [token.split('.'), other.split('.')];
  for (const mixed of [
    [two[0], one[1], one[2]],
    [one[0], two[1], one[2]],
    [one[0], one[1], two[2]],
  ]) {
    assert.equal(readRunToken(secret, 'run_1', mixed.join('.'), now), undefined);
  }
});
