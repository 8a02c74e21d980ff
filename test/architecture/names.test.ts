// What tests share is a `x.support.ts`; programs and data that they start or read lie in `fixtures/`.
import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { test } from 'node:test';
import { root } from './sources.support.ts';

/** Other words for the same thing, and names that say nothing of what is inside. */
const refused =
  /(?:^|\/)(?:support|harness|utils?|common|misc|mocks?|stubs?|managers?)(?:\.[\w.]+)?(?:\/|$)|\.test\.support\./;

/** Named after what it rebuilds. */
const allowed = 'packages/runner/src/guest/builtins/util';

function badlyNamed(files: readonly string[]): string[] {
  return files.filter((file) => refused.test(file.replace(allowed, '')));
}

test('support for tests has one name, and no file is called what says nothing', () => {
  const files = globSync(['packages/*/{src,scripts}/**/*', 'scripts/**/*', 'test/**/*'], {
    cwd: root,
    exclude: (name) => name === 'dist' || name === 'node_modules',
  });
  assert.ok(files.length > 500);
  assert.deepEqual(badlyNamed(files), []);
});

test('badlyNamed tells names apart', () => {
  const good = ['test/a/b.support.ts', `${allowed}/index.ts`, 'test/utility'];
  const bad = [
    'test/a/support.ts',
    'test/harness/b.ts',
    'packages/x/src/utils.ts',
    'a.test.support.ts',
  ];
  assert.deepEqual(badlyNamed([...good, ...bad]), bad);
});
