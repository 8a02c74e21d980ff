import assert from 'node:assert/strict';
import { test } from 'node:test';
import { analyze } from './analyze.ts';
import { elide } from './elide.ts';
import { UsedNames } from './used-names.ts';

function elided(code: string): string {
  const names = new UsedNames();
  const analysis = analyze(code, false, false, names);
  assert.ok(!('message' in analysis));
  return elide(code, analysis.imports, names);
}

for (const [name, code, expected] of [
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
  ['names beside await', 'import { A, b } from "c"; await b', 'import {    b } from "c"; await b'],
  [
    'a method and a field of its name',
    'import { A } from "b"; class C { A() {} A = 1 }',
    '                       class C { A() {} A = 1 }',
  ],
  ['a computed key', 'import { a } from "b"; ({ [a]: 1 })', 'import { a } from "b"; ({ [a]: 1 })'],
  ['a computed member', 'import { a } from "b"; c[a]', 'import { a } from "b"; c[a]'],
  [
    'a name in an arrow',
    'import { a } from "b"; (c = a) => c',
    'import { a } from "b"; (c = a) => c',
  ],
  [
    'a name in a pattern',
    'import { a } from "b"; ({ c = a } = d)',
    'import { a } from "b"; ({ c = a } = d)',
  ],
  [
    'a target in a pattern',
    'import { a } from "b"; ({ c: a.d } = e)',
    'import { a } from "b"; ({ c: a.d } = e)',
  ],
] as const) {
  test(`elide blanks out what nothing uses: ${name}`, () => {
    assert.equal(elided(code), expected);
    assert.equal(expected.length, code.length);
  });
}

test('elide reads a run of comments once', () => {
  const code = `import { a, B ${'/**/'.repeat(10_000)} } from "c"; a`;
  assert.equal(elided(code), code.replace('B', ' '));
});
