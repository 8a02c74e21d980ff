import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JsonText } from '@castellan/protocol/json';
import { ProblemError } from '../problems/problem.ts';
import { parseBody } from './parse.ts';

const parse = (text: string): unknown => parseBody(Buffer.from(text));

/** The text of the params of a body. */
function paramsOf(text: string): string {
  const { params } = parse(text) as { params: unknown };
  assert.ok(params instanceof JsonText);
  return params.text;
}

/** JSON as clients write it that keep to ASCII. */
const escaped = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`,
  );

const isPlain = (text: string): boolean => !/proto|\\u005f/.test(text);

test('parseBody reads what JSON.parse does, with params as JSON.stringify writes them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (params, code) => {
      fc.pre(isPlain(JSON.stringify([params, code])));
      for (const write of [JSON.stringify, escaped]) {
        const text = write({ code, params, z: 1 });
        assert.equal(paramsOf(text), JSON.stringify(params));
        const { params: _, ...rest } = parse(text) as Record<string, unknown>;
        assert.deepEqual(rest, JSON.parse(JSON.stringify({ code, z: 1 })));
      }
    }),
    { numRuns: 500 },
  );
});

test('parseBody refuses what JSON.parse does, and nothing else', () => {
  const change = fc.record({ at: fc.nat(), text: fc.constantFrom('', '"', '\\', ',', '0', '}') });
  const member = fc.constantFrom('params', 'code');
  fc.assert(
    fc.property(fc.jsonValue(), member, change, (value, name, { at, text }) => {
      const whole = JSON.stringify({ [name]: value });
      const place = at % whole.length;
      const changed = whole.slice(0, place) + text + whole.slice(place + 1);
      // A number that becomes Infinity is JSON, and refused.
      fc.pre(isPlain(changed) && !/e\+?\d{3}/i.test(changed));
      const isJson = succeeds(() => JSON.parse(changed));
      assert.equal(
        succeeds(() => parse(changed)),
        isJson,
        changed,
      );
    }),
    { numRuns: 3_000 },
  );
});

function succeeds(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

for (const [text, params] of [
  ['{"params":1,"params":[2]}', '[2]'],
  ['{"p\\u0061rams":{"a" : "\\/"}}', '{"a":"/"}'],
  ['{"a":{"params":1},"params":"\\u2028\\ud83d\\ude00"}', '"\u2028\u{1f600}"'],
  ['{"params":"\\ud83d\\u0041\\udE00"}', '"\\ud83dA\\udE00"'],
  ['{"params":"\\u0022\\u005C\\u000a\\n\\""}', '"\\u0022\\u005C\\u000a\\n\\""'],
  ['{"params":[1e308,-1E+308,1e-999,0.0e9]}', '[1e308,-1E+308,1e-999,0.0e9]'],
] as const) {
  test(`the params of ${text} are ${params}`, () => assert.equal(paramsOf(text), params));
}

for (const [text, code, words] of [
  ['{"params":[0,{"a/b":[1e400]}]}', 'invalid_request', /\/params\/1\/a~1b\/0 is too large/],
  ['{"params":-1e309}', 'invalid_request', /\/params is too large/],
  [`{"params":${'9'.repeat(400)}}`, 'invalid_request', /\/params is too large/],
  ['{"params":{"a":{"__proto__":1}}}', 'malformed_request', /__proto__/],
  ['{"params":{"\\u005f_pr\\u006fto__":1}}', 'malformed_request', /__proto__/],
  ['{"params":{"constructor":{"a":1,"prototype":1}}}', 'malformed_request', /constructor/],
  [`{"params":${'['.repeat(100)}`, 'malformed_request', /more than 100 deep/],
  [`{"x":[${'{},'.repeat(10_000)}1]}`, 'payload_too_large', /8192 values .* at \/x\/8189/],
] as const) {
  test(`parseBody refuses ${text.slice(0, 50)} and says where it is wrong`, () => {
    assert.throws(
      () => parse(text),
      (error) => {
        assert.ok(error instanceof ProblemError);
        assert.equal(error.code, code);
        assert.match(error.message, words);
        return true;
      },
    );
  });
}

const Mi = 2 ** 20;
const filled = (piece: string, bytes: number): string =>
  piece.repeat(Math.floor(bytes / piece.length)).replace(/,$/, '');

for (const piece of [
  '{},',
  '[],',
  '1,',
  '1e9,',
  '"",',
  '{"constructor":{}},',
  '{"params":"\\u0061"},',
]) {
  test(`1 MiB of ${piece} as params grows the heap by 18 MiB at most, and is not parsed`, (t) => {
    const bytes = Buffer.from(`{"code":"1","params":[${filled(piece, Mi)}]}`);
    const parser = t.mock.method(JSON, 'parse');
    const before = process.memoryUsage().heapUsed;
    const body = parseBody(bytes) as { params: JsonText };
    const grown = process.memoryUsage().heapUsed - before;
    assert.ok(body.params.text.length > Mi / 2);
    assert.ok(grown < 18 * Mi, `${grown} bytes`);
    const longest = Math.max(...parser.mock.calls.map(({ arguments: [text] }) => text.length));
    assert.ok(longest < 100, `${longest} characters were parsed`);
  });
}

for (const name of ['labels', 'env', 'files', 'limits', 'nobody-knows-this']) {
  test(`10,000 entries in ${name} are refused before they are parsed`, (t) => {
    const entries = Array.from({ length: 10_000 }, (_, at) => [`a${at}`, '']);
    const text = JSON.stringify({ [name]: Object.fromEntries(entries) as object });
    const parser = t.mock.method(JSON, 'parse');
    assert.throws(() => parse(text), { code: 'payload_too_large' });
    assert.ok(parser.mock.calls.every(({ arguments: [part] }) => part.length < 100));
  });
}
