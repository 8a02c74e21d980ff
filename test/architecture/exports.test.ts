// What each package offers is a list. Whoever adds a name, or takes one away, changes it by hand.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Exported, exportsOf, namesOf } from './exports.support.ts';
import { readPackages } from './sources.support.ts';

const listed = JSON.parse(
  readFileSync(new URL('exports.json', import.meta.url), 'utf8'),
) as Readonly<Record<string, Exported>>;
const found = Object.assign({}, ...readPackages().map(({ folder }) => exportsOf(folder))) as Record<
  string,
  Exported
>;

for (const [specifier, names] of Object.entries(found)) {
  test(`${specifier} exports the names of exports.json`, () => {
    assert.deepEqual(names, listed[specifier]);
  });
}

test('exports.json lists no entry point that does not exist', () => {
  assert.deepEqual(Object.keys(listed), Object.keys(found));
});

test('no name of the protocol is in two of its entry points', () => {
  const places = new Map<string, string[]>();
  for (const [specifier, { values, types }] of Object.entries(found)) {
    if (!specifier.startsWith('@castellan/protocol')) continue;
    for (const name of [...values, ...types]) {
      places.set(name, [...(places.get(name) ?? []), specifier]);
    }
  }
  assert.deepEqual(
    [...places].filter(([, specifiers]) => specifiers.length > 1),
    [],
  );
});

test('namesOf follows re-exports and tells types from values', () => {
  const files: Readonly<Record<string, string>> = {
    'a.ts': `export * from './b.ts'; export { c, type D } from './c.ts'; export default 1;
      export type { E } from 'e'; const f = 1; export { f as g };`,
    'b.ts': `export const one = 1, two = 2; export function three() {} export class Four {}
      export interface Five {} export type Six = 1; export * from './a.ts'; export default 2;`,
  };
  const names = namesOf('a.ts', (file) => files[file] ?? '');
  const of = (isType: boolean): string[] =>
    [...names].filter(([, each]) => each === isType).map(([name]) => name);
  assert.deepEqual(of(false).toSorted(), ['Four', 'c', 'default', 'g', 'one', 'three', 'two']);
  assert.deepEqual(of(true).toSorted(), ['D', 'E', 'Five', 'Six']);
});
