import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { mayNavigate } from './urls.ts';

describe('mayNavigate', () => {
  it('leaves to Chromium what nobody can take for a URL of another scheme', () => {
    for (const text of ['', 'example.com', 'http://', 'https://a b/', ' HTTP:// ', '//x', '/x']) {
      assert.equal(mayNavigate(text), undefined, JSON.stringify(text));
    }
  });

  it('refuses what it cannot read itself, if the scheme is another', () => {
    const texts = [
      'chrome://a^b/',
      '\u0001 chrome://set tings',
      'ch\nrome://a b/',
      'devtools://a|b/',
      'ws://[/',
      'file://a b/etc/passwd',
      'blob://a b/',
    ];
    for (const text of texts) assert.equal(mayNavigate(text), false, JSON.stringify(text));
  });
});
