import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { clientAddress, countedAddress, plainAddress, readRanges } from './addresses.ts';

const proxies = readRanges(['10.0.0.0/8', 'fd00::/8', '192.0.2.1'], 'trustedProxies');

for (const [peer, forwarded, client] of [
  ['198.51.100.1', undefined, '198.51.100.1'],
  ['198.51.100.1', '203.0.113.9', '198.51.100.1'],
  ['10.0.0.1', '203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '1.1.1.1, 203.0.113.9', '203.0.113.9'],
  ['10.0.0.1', '1.1.1.1, 203.0.113.9, 10.0.0.2, 192.0.2.1', '203.0.113.9'],
  ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
  ['::ffff:10.0.0.1', '::ffff:203.0.113.9', '203.0.113.9'],
  ['fd00::1', '2001:db8::1', '2001:db8::1'],
  ['10.0.0.1', '', '10.0.0.1'],
  ['10.0.0.1', '203.0.113.9, unknown', '10.0.0.1'],
  ['10.0.0.1', '203.0.113.9, 10.0.0.2:8080', '10.0.0.1'],
  ['10.0.0.1', '203.0.113.9,', '10.0.0.1'],
  ['10.0.0.1', "'; DROP TABLE keys; --", '10.0.0.1'],
  [undefined, '203.0.113.9', '0.0.0.0'],
] as const) {
  test(`clientAddress of ${peer} with ${JSON.stringify(forwarded)} is ${client}`, () => {
    assert.equal(clientAddress(peer, forwarded, proxies), client);
  });
}

test('clientAddress does not depend on what a client writes to the left of what a proxy adds', () => {
  fc.assert(
    fc.property(fc.string(), fc.ipV4(), (written, client) => {
      fc.pre(!proxies(client));
      assert.equal(clientAddress('10.0.0.1', `${written}, ${client}`, proxies), client);
      assert.equal(clientAddress(client, written, proxies), client);
    }),
  );
});

for (const [address, counted] of [
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:DB8:0:0:ffff::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
] as const) {
  test(`countedAddress of ${address} is ${counted}`, () => {
    assert.equal(countedAddress(address), counted);
  });
}

test('plainAddress knows addresses only', () => {
  assert.equal(plainAddress(' 192.0.2.1 '), '192.0.2.1');
  assert.equal(plainAddress('::FFFF:192.0.2.1'), '192.0.2.1');
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '0x7f.1', undefined]) {
    assert.equal(plainAddress(text), undefined);
  }
});

for (const range of [
  '10.0.0.0/33',
  '10.0.0/8',
  'example.com',
  '10.0.0.0/',
  '::1/129',
  '10.0.0.0/-1',
]) {
  test(`readRanges refuses ${range} by name and value`, () => {
    assert.throws(() => readRanges([range], 'trustedProxies'), {
      code: 'invalid_option',
      message: new RegExp(`^trustedProxies: "${range}"`),
    });
  });
}
