import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';

// Plain JavaScript, so that any Node can run it; its types are declared here.
const require = createRequire(import.meta.url);
const { isInstalled } = require('./setup/installed.js') as {
  isInstalled: (root: string) => boolean;
};
const { listInputs } = require('./setup/inputs.js') as {
  listInputs: (root: string) => Record<'files' | 'outputs', string[]> & {
    bins: Record<string, string>;
  };
};

/** Calls `use` with a folder that holds these files, as JSON. */
function withFiles(files: Record<string, unknown>, use: (root: string) => void): void {
  const root = mkdtempSync(join(tmpdir(), 'castellan-setup-'));
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name)), { recursive: true });
      writeFileSync(join(root, name), JSON.stringify(content));
    }
    use(root);
  } finally {
    rmSync(root, { recursive: true });
  }
}

const acorn = { version: '8.19.0', integrity: 'sha512-a' };
const record = 'node_modules/.package-lock.json';
const lock = {
  packages: {
    '': { name: 'x' },
    'node_modules/acorn': acorn,
    'node_modules/for-another-system': { version: '1.0.0', integrity: 'b', optional: true },
  },
};
const found = { packages: { 'node_modules/acorn': acorn } };
const files = { 'package-lock.json': lock, 'node_modules/acorn/package.json': {} };

test('isInstalled is true when all but optional packages are there', () => {
  withFiles({ ...files, [record]: found }, (root) => assert.equal(isInstalled(root), true));
});

for (const [what, changed] of [
  ['nothing is installed', {}],
  ['a package is not recorded', { [record]: { packages: {} } }],
  [
    'a version differs',
    { [record]: { packages: { 'node_modules/acorn': { ...acorn, version: '8.18.0' } } } },
  ],
  [
    'an integrity differs',
    { [record]: { packages: { 'node_modules/acorn': { ...acorn, integrity: 'sha512-c' } } } },
  ],
] as const) {
  test(`isInstalled is false when ${what}`, () => {
    withFiles({ ...files, ...changed }, (root) => assert.equal(isInstalled(root), false));
  });
}

test('isInstalled is false when a recorded package is gone', () => {
  withFiles({ 'package-lock.json': lock, [record]: found }, (root) =>
    assert.equal(isInstalled(root), false),
  );
});

test('listInputs finds the sources, and what the manifests promise', () => {
  const manifest = {
    files: ['dist/box', '!dist/**/*.test.*'],
    exports: { '.': { types: './dist/a.d.ts', default: './dist/a.js' }, './b/*': './dist/b/*.js' },
    bin: { a: './dist/bin.js' },
  };
  const placedFiles = {
    'package.json': manifest,
    'src/a.ts': 1,
    'dist/a.js': 1,
    'node_modules/x': 1,
  };
  const below = Object.entries(placedFiles).map(([name, content]) => [
    `packages/p/${name}`,
    content,
  ]);
  withFiles(Object.fromEntries(below) as Record<string, unknown>, (root) => {
    const { files: inputs, outputs, bins } = listInputs(root);
    const folder = join(root, 'packages', 'p');
    const inside = inputs.filter((file) => file.startsWith(folder));
    assert.deepEqual(inside, [join(folder, 'package.json'), join(folder, 'src/a.ts')]);
    assert.deepEqual(
      outputs.toSorted(),
      ['a.d.ts', 'a.js', 'bin.js', 'box'].map((name) => join(folder, 'dist', name)),
    );
    assert.deepEqual(bins, { a: join(folder, 'dist/bin.js') });
  });
});

test('nothing that a build writes is an input of the next one', () => {
  const inputs = listInputs(join(import.meta.dirname, '..'));
  assert.ok(inputs.files.length > 500);
  assert.deepEqual(
    inputs.files.filter((file) => file.endsWith('.tsbuildinfo')),
    [],
  );
});
