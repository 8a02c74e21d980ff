import assert from 'node:assert/strict';
import { test } from 'node:test';
import { misfitSentence, Misfit } from './kind.ts';
import { timeZone, zoneOf } from './time-zone.ts';

test('a time zone is read in any case, as the name that Intl has for it', () => {
  for (const [given, zone] of [
    ['Europe/Vienna', 'Europe/Vienna'],
    ['europe/vienna', 'Europe/Vienna'],
    ['UTC', 'UTC'],
    ['Etc/UTC', 'UTC'],
    ['GMT', 'UTC'],
    ['Etc/GMT+2', 'Etc/GMT+2'],
    ['US/Pacific', 'America/Los_Angeles'],
    ['America/Argentina/Ushuaia', 'America/Argentina/Ushuaia'],
  ] as const) {
    assert.equal(timeZone.read(given), zone);
  }
});

test('what names no time zone is refused with names that are spelled alike', () => {
  const sentence = (value: unknown): string => {
    try {
      return String(timeZone.read(value));
    } catch (error) {
      assert.ok(error instanceof Misfit);
      return misfitSentence(error, 'timezone');
    }
  };
  assert.match(sentence('Europe/Berln'), /perhaps Europe\/Berlin.*, not "Europe\/Berln"\.$/);
  assert.match(sentence('Vienna'), /perhaps Europe\/Vienna, not "Vienna"/);
  assert.match(sentence('America/New York'), /perhaps America\/New_York/);
  for (const value of [
    '/etc/passwd',
    ':/etc/localtime',
    '../../etc/passwd',
    'Europe/Vienna'.repeat(9),
    '+02:00',
    'x'.repeat(100_000),
    '',
    5,
    null,
    {},
  ]) {
    assert.match(sentence(value), /must be a time zone such as Europe\/Vienna, not /);
    assert.equal(zoneOf(value), undefined);
  }
  assert.equal(zoneOf('Europe/Vienna\0'), undefined);
});
