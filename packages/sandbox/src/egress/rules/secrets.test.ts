import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { echoesOf } from './echoes.ts';
import { readHostPattern } from './hosts.ts';
import { readPolicy } from './policy.ts';
import { Refused } from './refused.ts';
import { headersWithoutSecrets, injectSecrets, unboundIn, withoutSecrets } from './secrets.ts';
import { readTarget } from './target.ts';

const value = "sk-$&$1'é";
const rules = [
  {
    placeholder: '{{token}}',
    value,
    hosts: ['api.example', '*.internal.example:8080'].map(readHostPattern),
    headers: new Set(['authorization', 'x-own-key']),
    echoes: echoesOf(value),
  },
];
const headers = [['authorization', 'Bearer {{token}}']] as const;

describe('injectSecrets', () => {
  const at = (host: string, isSecure: boolean, isPrivate = false, port = isSecure ? 443 : 80) =>
    injectSecrets(headers, rules, { host, port, isSecure }, isPrivate);

  test('puts the value in as it is, over TLS and for a bound host', () => {
    assert.deepEqual(at('api.example', true), {
      headers: [['authorization', `Bearer ${value}`]],
      isSecret: true,
    });
  });

  test('refuses a bound host over http at a public address', () => {
    assert.throws(
      () => at('api.example', false),
      (error: unknown) => error instanceof Refused && !error.message.includes('sk-'),
    );
    assert.equal(at('api.example', false, true).isSecret, true);
    assert.equal(at('a.internal.example', false, true, 8080).isSecret, true);
  });

  test('leaves the placeholder for every other host', () => {
    for (const host of ['example', 'xapi.example', 'api.example.evil', 'internal.example']) {
      assert.deepEqual(at(host, true), { headers, isSecret: false }, host);
    }
    assert.equal(at('a.internal.example', true).isSecret, false, 'another port');
  });

  test('leaves the placeholder in every other header, in any spelling of names', () => {
    const given = [
      ['X-OWN-Key', '{{token}}'],
      ['x-request-id', '{{token}}'],
      ['x-own-keys', '{{token}}'],
      ['authorization2', '{{token}}'],
      ['{{token}}', 'x'],
    ] as const;
    const place = { host: 'api.example', port: 443, isSecure: true };
    assert.deepEqual(injectSecrets(given, rules, place, false), {
      headers: [['X-OWN-Key', value], ...given.slice(1)],
      isSecret: true,
    });
  });
});

describe('unboundIn', () => {
  const at = (url: string, ...given: (readonly [string, string])[]) =>
    unboundIn(given, rules, readTarget(url));
  const start = 'secret_not_bound: {{token}} is sent as it is';

  test('says which header, host or URL it is, and what to add', () => {
    const id = ['X-Request-Id', 'a {{token}}'] as const;
    assert.deepEqual(at('https://api.example/', headers[0]), []);
    assert.deepEqual(at('https://api.example/', headers[0], id), [
      `${start} in the header x-request-id; add headers: ['x-request-id'] to that secret if its hosts do not echo this header`,
    ]);
    assert.deepEqual(at('https://other.example/', headers[0]), [
      `${start} to "other.example" port 443, which is not in its hosts`,
    ]);
    for (const path of ['{{token}}', '%7B%7Btoken%7D%7D', '?key={{token}}']) {
      assert.deepEqual(at(`https://api.example/${path}`, headers[0]), [
        `${start} in the URL, where no secret is put in`,
      ]);
    }
  });

  test('keeps a long name of a header short', () => {
    const [note = ''] = at('https://api.example/', ['x'.repeat(9_000), '{{token}}']);
    assert.ok(note.length < 300);
  });
});

test('withoutSecrets takes a value out of text, written plainly or for a URL', () => {
  const text = `a=${value}&b=${encodeURIComponent(value)}`;
  assert.equal(withoutSecrets(text, rules), 'a={{token}}&b=%7B%7Btoken%7D%7D');
});

test('withoutSecrets takes the longer of two values first, whatever their order', () => {
  const secrets = {
    '{{short}}': { value: 'sk-12345', hosts: ['a.example'] },
    '{{long-one}}': { value: 'sk-12345678', hosts: ['a.example'] },
  };
  const both = readPolicy({ allow: [], networkRequests: 1, networkBytes: 1, secrets }).secrets;
  assert.equal(withoutSecrets('sk-12345678 sk-12345', both), '{{long-one}} {{short}}');
  assert.equal(withoutSecrets('sk-sk-12345678sk-12345-', both), 'sk-{{long-one}}{{short}}-');
});

test('headersWithoutSecrets leaves no value in a name or a text', () => {
  const values = fc.string({ unit: fc.constantFrom('a', 'b', '-', '%', '2', '5'), minLength: 8 });
  const pieces = fc.array(
    fc.oneof(fc.constant('VALUE'), fc.string({ unit: fc.constantFrom('a', 'b', '-', '%', '2') })),
  );
  fc.assert(
    fc.property(values, pieces, (any, texts) => {
      const rule = {
        placeholder: '{{token}}',
        value: any,
        hosts: [],
        headers: new Set<string>(),
        echoes: echoesOf(any),
      };
      const text = texts.map((each) => (each === 'VALUE' ? any : each)).join('');
      const given = [
        ['x-echo', text],
        [text, 'x'],
        ['x-upper', text.toUpperCase()],
      ] as const;
      const clean = JSON.stringify(headersWithoutSecrets(given, [rule])).toLowerCase();
      assert.ok(!clean.includes(any.toLowerCase()), clean);
    }),
  );
});
