import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jsonFault } from './json-fault.ts';

for (const [text, fault] of [
  ['', 0],
  ['  ', 2],
  ['{"a":1,\n"b":}', 12],
  ['{"a":1,}', 7],
  ['[1,]', 3],
  ['[1 2]', 3],
  ['{"a" 1}', 5],
  ['{a:1}', 1],
  ['{"a":"b', 5],
  ['{"a":"\n"}', 5],
  ['"\\x"', 0],
  ['[01]', 2],
  ['[1.]', 2],
  ['[tru]', 1],
  ['[1]]', 3],
  ['{"a":[1}', 7],
  ['{"a":{"b":[null,-1.5e+3,"\\u00e9",true,{}', 40],
  ['[}', 1],
  ['1,2', 1],
] as const) {
  test(`jsonFault finds the fault of ${JSON.stringify(text)}`, () => {
    assert.throws(() => JSON.parse(text), SyntaxError);
    assert.equal(jsonFault(text), fault);
  });
}
