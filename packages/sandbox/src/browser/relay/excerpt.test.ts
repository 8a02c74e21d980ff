import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { caps } from '@castellan/protocol/frames';
import { type Excerpt, excerptOf, shortCommand } from './excerpt.ts';
import { Pieces } from './piece.ts';

const long = (text: string): string => text.repeat(Math.ceil((2 * shortCommand) / text.length));

function excerpt(text: string): Excerpt {
  const found = excerptOf(Buffer.from(text));
  assert.ok(found !== undefined, text.slice(0, 80));
  return found;
}

const written = (found: Excerpt, json: string): string => new Pieces(found.whole(json)).text();

describe('excerptOf', () => {
  it('leaves a short command as it is', () => {
    const text = JSON.stringify({ a: 'x'.repeat(shortCommand / 2) });
    assert.equal(excerpt(text).text, text);
  });

  it('keeps nothing of long texts, and puts each back where it was', () => {
    const texts = fc.constantFrom('"', '\\', '\n', '\0', 'é', '😀', '€"', ':', '{"a":"b"}', 'x');
    fc.assert(
      fc.property(
        fc.array(texts.map(long), { minLength: 1, maxLength: 3 }),
        fc.jsonValue(),
        (all, rest) => {
          const text = JSON.stringify({ all, rest, deep: { again: all[0] } });
          const found = excerpt(text);
          assert.ok(found.text.length < text.length / 2);
          assert.deepEqual(Object.keys(JSON.parse(found.text) as object), ['all', 'rest', 'deep']);
          assert.ok(written(found, found.text) === text);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps every name, however long', () => {
    const name = long('n');
    const text = `{${JSON.stringify(name)} \n: 1}`;
    assert.deepEqual(JSON.parse(excerpt(text).text), { [name]: 1 });
  });

  it('gives a value that is judged whole, up to a length', () => {
    const url = `http://a/${'x'.repeat(1_000)}`;
    const found = excerpt(JSON.stringify({ url, body: long('x') }));
    const { url: short, body } = JSON.parse(found.text) as Record<string, unknown>;
    assert.equal(found.judged(short), url);
    assert.equal(found.judged(body), undefined);
    assert.deepEqual(found.judged([1, { a: short }]), [1, { a: url }]);
  });

  it('puts a text back once, whatever marks a command holds', () => {
    const mark = /"([^"]+):0"/.exec(excerpt(JSON.stringify([long('x')])).text)?.[1] ?? '';
    const text = JSON.stringify([long('x'), ...Array<string>(1_000).fill(`${mark}:0`)]);
    const found = excerpt(text);
    assert.equal(written(found, found.text).length, text.length);
  });

  const inside: Readonly<Record<string, string>> = {
    'a line break': '\n',
    'a zero byte': '\0',
    'an escape that is none': '\\x41',
    'an escape of a quote by its number, cut short': '\\u002',
    'an escape at the end': '\\',
  };
  for (const [name, bad] of Object.entries(inside)) {
    it(`refuses a text with ${name}`, () => {
      assert.equal(excerptOf(Buffer.from(`["${long('x')}${bad}"]`)), undefined);
    });
  }

  it('refuses a text without end, and what is no UTF-8', () => {
    assert.equal(excerptOf(Buffer.from(`["${long('x')}`)), undefined);
    assert.equal(excerptOf(Buffer.from([0x22, 0xff, 0x22])), undefined);
  });

  it('keeps no more than is parsed in an instant, however much is sent', () => {
    const pieces = `["${'x'.repeat(200)}"${`,"${'x'.repeat(200)}"`.repeat(80_000)}]`;
    assert.ok(pieces.length < caps.cdpCommand);
    assert.equal(excerptOf(Buffer.from(pieces)), undefined);
    const texts = `["${'x'.repeat(300)}"${`,"${'x'.repeat(300)}"`.repeat(50_000)}]`;
    assert.ok(excerpt(texts).text.length < texts.length / 5);
  });
});
