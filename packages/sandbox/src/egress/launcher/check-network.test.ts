import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CastellanError } from '@castellan/protocol';
import type { RunNetwork } from '../rules/network.ts';
import { certificate } from '../fixtures/certificate.ts';
import { checkAuthority, checkNetwork } from './check-network.ts';

const base: RunNetwork = { allow: [], networkRequests: 1, networkBytes: 1 };

describe('checkNetwork', () => {
  test('takes every kind of entry', () => {
    checkNetwork({
      allow: [
        'example.com',
        'example.com:8443',
        '*.example.com',
        '*.example.com:81',
        '*',
        '*:8080',
        '127.0.0.1:1024',
        '[::1]:8080',
        'bücher.example',
        'localhost:3000',
      ],
      allowPrivate: ['10.0.0.0/8', '127.0.0.1/32', 'fd00::/8', '::1/128'],
      deny: ['evil.example', '*.evil.example:443', '192.0.2.1', '10.1.0.0/16', 'fd00::1'],
      blockedAddresses: ['203.0.113.7', '2600::1', '10.9.0.0/16'],
      secrets: {
        '{{github}}': { value: 'ghp_x123', hosts: ['api.github.com'] },
        '{{other}}': { value: 'a key of é!', hosts: ['*.example.com'], headers: ['X-Own-Key'] },
        '{{third}}': { value: '12345678', hosts: ['api.example.com'], headers: [] },
      },
      networkRequests: 0,
      networkBytes: 0,
    });
  });

  const secret = (
    value: string,
    hosts: string[],
    placeholder = '{{github}}',
    headers: string[] = [],
  ): Partial<RunNetwork> => ({
    secrets: { [placeholder]: { value, hosts, headers } },
  });
  const tooShort = /\{\{github\}\} must be 8 or more characters of a header.*; issue a longer one/;
  const rows: readonly (readonly [string, Partial<RunNetwork>, RegExp])[] = [
    [
      'a URL for a host',
      { allow: ['https://example.com'] },
      /"https:\/\/example.com" is no host: write host/,
    ],
    ['a path', { allow: ['example.com/x'] }, /"example.com\/x" is no host/],
    ['an empty host', { allow: [''] }, /"" is no host/],
    ['a star in the middle', { allow: ['a.*.com'] }, /"a\.\*\.com" is no host/],
    ['a star before an address', { allow: ['*.0.0.1'] }, /"\*\.0\.0\.1" holds no valid host name/],
    ['a host with a hole', { allow: ['a..com'] }, /"a\.\.com" holds no valid host name/],
    ['a port out of range', { allow: ['a.com:70000'] }, /port 70000 is never reached/],
    ['a port that is never reached', { allow: ['a.com:6379'] }, /port 6379 is never reached/],
    ['IPv6 without brackets', { allow: ['::1'] }, /"::1" is no host/],
    [
      'something that is no string',
      { allow: [1 as unknown as string] },
      /must be a string, not number/,
    ],
    ['no list', { allow: 'a.com' as unknown as string[] }, /allow must be an array of strings/],
    [
      'an address for a range',
      { allowPrivate: ['10.0.0.1'] },
      /write 10.0.0.1\/32 for one address/,
    ],
    [
      'a range that is none',
      { allowPrivate: ['10.0.0.0/33'] },
      /"10.0.0.0\/33" is no address range/,
    ],
    ['octal in a range', { allowPrivate: ['010.0.0.0/8'] }, /"010.0.0.0\/8" is no address range/],
    ['a mapped range', { allowPrivate: ['::ffff:10.0.0.0/104'] }, /write the IPv4 range itself/],
    ['a blocked name', { blockedAddresses: ['redis'] }, /"redis" is no address range/],
    [
      'a short placeholder',
      secret('the-value', ['a.com'], 'x'),
      /placeholder "x" must be 8 to 256/,
    ],
    ['a secret with a line end', secret('the-value\r\nb: c', ['a.com']), tooShort],
    ['a secret with a line end at its end', secret('the-value\n', ['a.com']), tooShort],
    ['a secret with a blank before it', secret(' the-value', ['a.com']), tooShort],
    ['a secret with a blank after it', secret('the-value ', ['a.com']), tooShort],
    ['an empty secret', secret('', ['a.com']), tooShort],
    ['a secret of 7 characters', secret('1234567', ['a.com']), tooShort],
    ['a secret that is bound to nothing', secret('the-value', []), /is bound to no host/],
    ['a secret for every host', secret('the-value', ['*']), /is bound to every host/],
    [
      'a secret for a header that is none',
      secret('the-value', ['a.com'], '{{github}}', ['x key']),
      /is bound to "x key", which is no header name/,
    ],
    [
      'a secret for a header that is never sent',
      secret('the-value', ['a.com'], '{{github}}', ['X-Forwarded-For']),
      /is bound to the header X-Forwarded-For, which scripts cannot set/,
    ],
    [
      'a placeholder that gives a secret away',
      secret('the-value', ['a.com'], '{{THE-VALUE}}'),
      /a placeholder holds the value of a secret/,
    ],
    [
      'a count that is none',
      { networkRequests: -1 },
      /networkRequests must be a whole number from 0 on, not "-1"/,
    ],
    [
      'bytes that are none',
      { networkBytes: Number.NaN },
      /networkBytes must be a whole number from 0 on, not "NaN"/,
    ],
  ];
  for (const [what, part, message] of rows) {
    test(`refuses ${what}, and says how to mend it`, () => {
      assert.throws(
        () => checkNetwork({ ...base, ...part }),
        (error: unknown) =>
          error instanceof CastellanError &&
          error.code === 'invalid_option' &&
          message.test(error.message),
      );
    });
  }

  test('never shows the value of a secret', () => {
    assert.throws(
      () => checkNetwork({ ...base, ...secret('hunter\n2', ['a.com']) }),
      (error: Error) => !error.message.includes('hunter'),
    );
  });
});

test('checkAuthority names the certificate that cannot be read', () => {
  checkAuthority(`${certificate}\n${certificate}`);
  const broken = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----';
  assert.throws(() => checkAuthority(`${certificate}\n${broken}`), {
    code: 'invalid_option',
    message: 'network.ca: certificate 2 of 2 cannot be read.',
  });
});
