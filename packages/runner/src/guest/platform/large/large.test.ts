import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInThisContext } from 'node:vm';
import { Guest } from '../guest.support.ts';

/** Longer than what the libraries do by themselves, with what is hard in every place. */
const filling = 'a'.repeat(3_000);
const hard = [
  '',
  ' ',
  'é',
  '€',
  '😀',
  '\ud800',
  '%',
  '%41',
  '%e2%82',
  '\'"<>`{}^|\\',
  '\t\n',
  '+&=',
  '\u0000\u007f',
  '/../',
  '\ufeff',
];
const texts = hard.flatMap((piece) => [
  filling + piece,
  piece + filling,
  `${filling}${piece}${filling}`,
]);

/** Each is run in the guest and here, for every text. */
const functions = {
  'a URL with a large query': `(t) => new URL('http://h/p?' + t).href`,
  'a URL with a large fragment': `(t) => new URL('http://h/p?q#' + t).href`,
  'a URL with both, and a base': `(t) => { const u = new URL('x?' + t + '#' + t, 'ws://b:1/c/d?e'); return [u.search, u.hash, u.pathname] }`,
  'a URL that is only a query': `(t) => new URL('?' + t, 'file:///c:/d?e#f').href`,
  'a URL that is only a fragment': `(t) => new URL('#' + t, 'mailto:a?b').href`,
  'a URL with a large path': `(t) => new URL('http://h/' + t).href`,
  'a URL with an opaque path': `(t) => new URL('data:' + t).href`,
  'an opaque path with a query': `(t) => new URL('data:' + t + '?' + t + ' #').href`,
  'no URL': `(t) => URL.canParse(t) || URL.canParse('http://[' + t + '?') || URL.canParse('?' + t, 'mailto:a')`,
  'a form': `(t) => [...new URLSearchParams('n=' + t + '&' + t + '=v&&x')]`,
  'a form as text': `(t) => new URLSearchParams({ [t]: t }).toString()`,
  'text as UTF-8': `(t) => [...new TextEncoder().encode(t).slice(-40)]`,
  'UTF-8 as text': `(t) => new TextDecoder().decode(Uint8Array.from(t, (c) => c.charCodeAt(0))).slice(-40)`,
  'strict UTF-8': `(t) => { try { return new TextDecoder('utf-8', { fatal: true }).decode(Uint8Array.from(t, (c) => c.charCodeAt(0))).length } catch (e) { return e.name } }`,
  'UTF-16 as text': `(t) => new TextDecoder('utf-16le').decode(Uint16Array.from(t, (c) => c.charCodeAt(0))).slice(-40)`,
  'KOI8 as text': `(t) => new TextDecoder('koi8-r').decode(Uint8Array.from(t, (c) => c.charCodeAt(0))).slice(-40)`,
  base64: `(t) => { try { return btoa(t).slice(-40) } catch (e) { return e.name } }`,
  'text of base64': `(t) => { try { return atob(t).slice(-40) } catch (e) { return e.name } }`,
};

for (const [name, source] of Object.entries(functions)) {
  test(`what is large comes out as in Node: ${name}`, () => {
    using guest = new Guest();
    const here = runInThisContext(source) as (text: string) => unknown;
    for (const text of texts) {
      const found = guest.run(`return JSON.stringify((${source})(${JSON.stringify(text)}))`);
      assert.equal(
        found,
        JSON.stringify(here(text)),
        JSON.stringify(text.replaceAll(filling, '…')),
      );
    }
  });
}

test('base64 that crosses in parts comes out as in Node, wherever it is hard', () => {
  using guest = new Guest();
  const many = 'YWFh'.repeat(2 ** 18);
  const middle = 12 * 2 ** 15;
  const inserted = ['', ' ', '\n\n\n\n', '=', '==', 'é', '€', 'Y', 'YW', '-'];
  const program = (piece: string): string => `
    const many = 'YWFh'.repeat(2 ** 18), piece = ${JSON.stringify(piece)};
    const sum = (text) => [text.length, text.slice(-9), text.slice(${middle} - 9, ${middle} + 9)];
    const tried = (work) => { try { return sum(work()); } catch (error) { return error.name; } };
    const texts = [${middle} - 2, ${middle}, many.length].map((at) => many.slice(0, at) + piece + many.slice(at));
    return JSON.stringify(texts.map((text) => [tried(() => atob(text)), tried(() => btoa(text))]));`;
  assert.ok(many.length > 2 * middle);
  for (const piece of inserted) {
    const here = runInThisContext(`(() => {${program(piece)}})()`) as string;
    assert.equal(guest.run(program(piece)), here, JSON.stringify(piece));
  }
});
