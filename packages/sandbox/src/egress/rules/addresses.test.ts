import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hostileAnswers } from '../fixtures/hostile.ts';
import { judgeAddress, readOwn, readPrivateRange, readRange } from './addresses.ts';
import { Refused } from './refused.ts';

const nothing = { allowPrivate: [], blocked: [] };
/** Addresses of this machine. */
const own = readOwn(['10.20.30.40', '8.8.4.4', '::ffff:9.9.9.9', '2600:1F00:0::7']);

describe('judgeAddress', () => {
  const open = [
    '1.1.1.1',
    '8.8.8.8',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.1',
    '100.63.255.255',
    '100.128.0.1',
    '223.255.255.254',
    '2606:4700:4700::1111',
    '2a00:1450:4001:80b::200e',
    '2001:4860:4860::8888',
  ];
  for (const address of open) {
    test(`takes ${address} for public`, () => {
      assert.deepEqual(judgeAddress(address, nothing, own), {
        canonical: address,
        isPrivate: false,
      });
    });
  }

  test('refuses every hostile answer', () => {
    for (const address of hostileAnswers) {
      assert.throws(() => judgeAddress(address, nothing, own), Refused, address);
    }
  });

  test('connects to the IPv4 address that IPv6 only wraps', () => {
    assert.deepEqual(judgeAddress('::ffff:8.8.8.8', nothing, own), {
      canonical: '8.8.8.8',
      isPrivate: false,
    });
    const allowPrivate = [readPrivateRange('10.0.0.0/8')];
    assert.deepEqual(judgeAddress('::ffff:a00:1', { allowPrivate, blocked: [] }, own), {
      canonical: '10.0.0.1',
      isPrivate: true,
    });
  });

  test('looks into addresses that carry one of IPv4, also when their range is opened', () => {
    const rules = {
      allowPrivate: ['64:ff9b::/96', '2002::/16', '::/3'].map(readPrivateRange),
      blocked: [readRange('198.51.100.0/24')],
    };
    for (const address of [
      '64:ff9b::169.254.169.254',
      '64:ff9b::6464:64c8',
      '2002:a9fe:a9fe::1',
      '::169.254.169.254',
      '64:ff9b::198.51.100.7',
      '2002:c633:6407::',
    ]) {
      assert.throws(() => judgeAddress(address, rules, own), /metadata|blocked/, address);
    }
    assert.equal(judgeAddress('64:ff9b::8.8.8.8', rules, own).isPrivate, true);
  });

  test('refuses an IPv4 address behind a public prefix', () => {
    for (const address of ['2600::5efe:10.0.0.1', '2a00:1450::200:5efe:7f00:1']) {
      assert.throws(() => judgeAddress(address, nothing, own), Refused, address);
    }
    assert.equal(judgeAddress('2600::5eff:a00:1', nothing, own).isPrivate, false);
  });

  test('opens a private range that is named, and not one bit more', () => {
    const rules = {
      allowPrivate: ['10.20.0.0/15', 'fd12::/16'].map(readPrivateRange),
      blocked: [readRange('10.20.3.4')],
    };
    for (const address of ['10.20.0.1', '10.21.255.255', 'fd12::1', 'fd12:ffff::1']) {
      assert.equal(judgeAddress(address, rules, own).isPrivate, true, address);
    }
    for (const address of [
      '10.19.255.255',
      '10.22.0.0',
      'fd13::1',
      'fd11:ffff::1',
      '10.20.3.4',
      '::ffff:10.20.3.4',
    ]) {
      assert.throws(() => judgeAddress(address, rules, own), Refused, address);
    }
  });

  test('blocks a public address that is named', () => {
    const blocked = ['93.184.216.0/24', '2606:4700::/32'].map(readRange);
    for (const address of ['93.184.216.34', '::ffff:93.184.216.34', '2606:4700::1111']) {
      assert.throws(() => judgeAddress(address, { allowPrivate: [], blocked }, own), /is blocked/);
    }
  });

  test('opens an address of this machine only when it is named alone', () => {
    const address = '10.20.30.40';
    const rules = (bits: number) => ({
      allowPrivate: [readPrivateRange(`${address}/${bits}`)],
      blocked: [],
    });
    assert.throws(() => judgeAddress(address, rules(8), own), /is an address of this machine/);
    assert.equal(judgeAddress(address, rules(32), own).isPrivate, true);
  });
});
