import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseExactly } from './exact-json.ts';

for (const text of [
  '12345678901234567890',
  '{"a":[1.50,1e400,-0],"b":"1.50"}',
  '0.1',
  '[1,true,null,"x"]',
]) {
  test(`parseExactly keeps all digits of ${text}`, () => {
    assert.equal(JSON.stringify(parseExactly(text)), text);
  });
}

test('parseExactly gives numbers where JavaScript can hold them, and refuses what is no JSON', () => {
  assert.deepEqual(parseExactly('{"n":[1,0.5,9007199254740991]}'), { n: [1, 0.5, 2 ** 53 - 1] });
  assert.throws(() => parseExactly('{'), SyntaxError);
});
