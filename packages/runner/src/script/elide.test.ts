import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elide } from './elide.ts';

for (const [name, code, elided] of [
  ['a name that is used', 'import { a } from "b"; a', 'import { a } from "b"; a'],
  ['an import that is not used', 'import { A } from "b"; c', '                       c'],
  [
    'an import of several lines',
    'import {\n  A,\n} from "b";\nc',
    '        \n    \n           \nc',
  ],
  ['the rest of an import', 'import { A, b } from "c"; b', 'import {    b } from "c"; b'],
  ['a last name', 'import { b, A } from "c"; b', 'import { b, A } from "c"; b'.replace('A', ' ')],
  [
    'a name behind a comment',
    'import { A /* , */, b } from "c"; b',
    'import {            b } from "c"; b',
  ],
  ['a default before names', 'import A, { b } from "c"; b', 'import    { b } from "c"; b'],
  ['names behind a default', 'import a, { B, C } from "c"; a', 'import a, {      } from "c"; a'],
  ['a namespace behind a default', 'import a, * as B from "c"; a', 'import a         from "c"; a'],
  ['what a file does', 'import "a"', 'import "a"'],
  ['what is left of types', 'import {        } from "a"', '                          '],
  [
    'a name that is only a property',
    'import { A } from "b"; c.A({ A: 1 })',
    '                       c.A({ A: 1 })',
  ],
  ['a shorthand property', 'import { a } from "b"; ({ a })', 'import { a } from "b"; ({ a })'],
  [
    'an export',
    'import { a } from "b"; export { a as c }',
    'import { a } from "b"; export { a as c }',
  ],
  ['a name of another name', 'import { a as B } from "b"; a', '                            a'],
  [
    'a name in a comment and a text',
    'import { A } from "b"; /* A */ "A"',
    '                       /* A */ "A"',
  ],
  ['a text that does not parse', 'import { A } from "b"; (', 'import { A } from "b"; ('],
] as const) {
  test(`elide blanks out what nothing uses: ${name}`, () => {
    assert.equal(elide(code), elided);
    assert.equal(elided.length, code.length);
  });
}
