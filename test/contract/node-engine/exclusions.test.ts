import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { exclusions } from '../exclusions.ts';

const folder = new URL('../', import.meta.url);
const suites = readdirSync(folder).filter((name) => name.endsWith('.test.ts'));
const all = [...suites, '../browser/launch.test.ts'];
const text = all.map((name) => readFileSync(new URL(name, folder), 'utf8')).join('\n');

test('every exclusion names a test that there is, and says why', () => {
  for (const [name, why] of Object.entries(exclusions)) {
    const written = [`'${name}'`, `"${name}"`, `\`${name}\``];
    assert.ok(
      written.some((literal) => text.includes(literal)),
      name,
    );
    assert.ok(why.length > 10, name);
  }
});

test('the guide tells of every exclusion, and of no other', () => {
  const guide = readFileSync(new URL('../../docs/guide/engines.md', folder), 'utf8');
  const [, table = ''] = guide.split('## What differs in the contract');
  const rows = [...table.matchAll(/^\| (.+?) \| (.+?) \|$/gm)].slice(1);
  assert.deepEqual(
    rows.map(([, name, why]) => [name, why]),
    Object.entries(exclusions),
  );
});

test('every suite of the contract is run with each engine, unless it is named here', () => {
  const isForEach = (name: string): boolean =>
    /^(?:if \(import\.meta\.main\) )?forEachEngine\(/m.test(
      readFileSync(new URL(name, folder), 'utf8'),
    );
  assert.deepEqual(
    suites.filter((name) => !isForEach(name)),
    [
      // Has a list of scripts for each engine itself.
      'accounts.test.ts',
      // About what calls share that each have a context, which this engine has not; test/faults has both.
      'apart.test.ts',
      // Holds ports of Node's built-ins against Node's own, which are what this engine has.
      'builtins.test.ts',
      // About faults of the launcher's own, whatever is in the box.
      'faults.test.ts',
      // About what builds boxes, and the same for whatever runs in them.
      'isolation.test.ts',
      'leftovers.test.ts',
      // Holds what Node does for isolates against Node itself, which is what this engine has.
      'native.test.ts',
      // The node engine runs the same uses in node-engine/packages.test.ts, many in each run.
      'packages.test.ts',
      // About the books of the caller, which no engine has a part in.
      'records.test.ts',
    ],
  );
});
