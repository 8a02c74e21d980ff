import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readHostPattern } from './hosts.ts';
import { Refused } from './refused.ts';
import { injectSecrets, withoutSecrets } from './secrets.ts';

const rules = [
  {
    placeholder: '{{token}}',
    value: "sk-$&$1'é",
    hosts: ['api.example', '*.internal.example:8080'].map(readHostPattern),
  },
];
const headers = [['authorization', 'Bearer {{token}}']] as const;

describe('injectSecrets', () => {
  const at = (host: string, isSecure: boolean, isPrivate = false, port = isSecure ? 443 : 80) =>
    injectSecrets(headers, rules, { host, port, isSecure }, isPrivate);

  test('puts the value in as it is, over TLS and for a bound host', () => {
    assert.deepEqual(at('api.example', true), {
      headers: [['authorization', "Bearer sk-$&$1'é"]],
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
});

test('withoutSecrets takes a value out of text, written plainly or for a URL', () => {
  const text = `a=sk-$&$1'é&b=${encodeURIComponent("sk-$&$1'é")}`;
  assert.equal(withoutSecrets(text, rules), 'a={{token}}&b=%7B%7Btoken%7D%7D');
});
