import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { echoesOf, merged, placesOf } from './echoes.ts';
import { layersOf } from './layers.ts';

const value = `sk-Live/4"e\\4b+4='~&é x!`;
const inUtf8 = Buffer.from(value, 'utf8').toString('latin1');
const all = (form: (code: number) => string): string =>
  Array.from(value, (unit) => form(unit.charCodeAt(0))).join('');
const hex = (code: number, digits: number): string => code.toString(16).padStart(digits, '0');

const writings: readonly (readonly [string, string])[] = [
  ['as it is', value],
  ['in lower case', value.toLowerCase()],
  ['in upper case', value.toUpperCase()],
  ['in UTF-8', inUtf8],
  ['by encodeURIComponent', encodeURIComponent(value)],
  ['by encodeURI', encodeURI(value)],
  ['by URLSearchParams', new URLSearchParams({ '': value }).toString().slice(1)],
  ['by escape', all((code) => `%${hex(code, 2)}`)],
  ['in a URL within a URL', encodeURIComponent(encodeURIComponent(value))],
  [
    'in a URL within a URL within a URL',
    encodeURIComponent(encodeURIComponent(encodeURIComponent(value))),
  ],
  ['by JSON.stringify', JSON.stringify(value).slice(1, -1)],
  ['in JSON of ASCII', all((code) => `\\u${hex(code, 4)}`)],
  ['in JSON of PHP', JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/')],
  ['in HTML', value.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll("'", '&#39;')],
  ['in HTML of numbers', all((code) => `&#${code};`)],
  ['in HTML of hexadecimal numbers', all((code) => `&#x${hex(code, 1).toUpperCase()};`)],
  ['in hexadecimal digits', Buffer.from(value, 'latin1').toString('hex')],
  ['in digits of UTF-8', Buffer.from(value, 'utf8').toString('hex').toUpperCase()],
];

/** The text with a mark in place of each writing of a value. */
function marked(text: string, any = value): string {
  let end = 0;
  const parts = merged(placesOf(layersOf(text), echoesOf(any))).map((place) => {
    const between = text.slice(end, place.start);
    ({ end } = place);
    return `${between}#`;
  });
  return parts.join('') + text.slice(end);
}

describe('placesOf', () => {
  for (const [how, written] of writings) {
    test(`matches a value ${how}`, () => {
      assert.equal(marked(`a=${written}.b`), 'a=#.b');
    });
  }

  const base64s = (text: string): readonly string[] => {
    const bytes = Buffer.from(text, 'latin1');
    const plain = bytes.toString('base64');
    return [plain, bytes.toString('base64url'), encodeURIComponent(plain)];
  };
  for (const before of ['', 'u', 'us', 'user:', 'Bearer ', '{"token":"']) {
    test(`leaves no letter of a value in base64 behind ${JSON.stringify(before)}`, () => {
      for (const after of ['', '"', '"}', ':x:', '\u00ff\u00ff\u00ff\u00ff']) {
        for (const written of base64s(before + value + after)) {
          const clean = marked(written);
          const [head = '', tail = ''] = clean.split('#');
          const own = Math.floor((before.length * 4) / 3);
          assert.ok(clean.includes('#') && head.length <= own, `${written} ${clean}`);
          const letters = decodeURIComponent(tail).replace(/=+$/, '');
          assert.ok(letters.length <= Math.ceil((after.length * 4) / 3), clean);
        }
      }
    });
  }

  test('matches a value behind what makes its beginning an escape', () => {
    for (const [own, text] of [
      ['ab/cd/ef1', '%ab\\/cd\\/ef1'],
      ['u0041/"x"', '\\u0041/%22x%22'],
      ['#65;"abcd', '&#65;\\"abcd'],
      ['41%41%41%', '%2541%2541%2541%25'],
    ] as const) {
      assert.ok(marked(text, own).includes('#'), text);
    }
  });

  test('leaves what is no writing of it alone', () => {
    const most = value.slice(0, -1);
    for (const text of ['', most, `${most}${most}`, encodeURIComponent(most), 'Bearer {{token}}']) {
      assert.equal(marked(text), text);
    }
  });

  test('matches any value, wherever it stands', () => {
    const latin1 = fc.string({
      unit: fc
        .integer({ min: 0x20, max: 0xff })
        .map((code) => String.fromCharCode(code))
        // What looks like an escape in the value itself can be read in more than one way.
        .filter((unit) => !'%&\\'.includes(unit)),
      minLength: 8,
      maxLength: 40,
    });
    const around = fc.string({ maxLength: 20 });
    fc.assert(
      fc.property(latin1, around, around, (any, before, after) => {
        const bytes = Buffer.from(before + any + after, 'latin1');
        for (const text of [
          before + any + after,
          encodeURIComponent(before + any + after),
          JSON.stringify(before + any + after),
          bytes.toString('base64'),
          bytes.toString('base64url'),
          bytes.toString('hex'),
        ]) {
          assert.notEqual(marked(text, any), text, JSON.stringify([any, text]));
        }
      }),
    );
  });
});
