// Every dependency that ships has a row in ARCHITECTURE.md that states its purpose.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readPackages, root } from './sources.support.ts';
import type { Package } from './sources.support.ts';

interface Row {
  readonly name: string;
  readonly version: string;
  /** Folders below `packages/`, sorted. */
  readonly usedBy: readonly string[];
  readonly why: string;
}

/** The table below `## Dependencies`: package, version, used by, why. Throws when there is none. */
function parseTable(markdown: string): Row[] {
  const [, section] = markdown.split(/^## Dependencies$/m);
  assert.ok(section !== undefined, 'ARCHITECTURE.md needs a heading "## Dependencies"');
  const lines = (section.split(/^## /m)[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('|'));
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
  const [header = [], , ...rows] = cells;
  const titles = header.map((title) => title.toLowerCase());
  const column = (word: string): number => {
    const index = titles.findIndex((title) => title.includes(word));
    assert.ok(index >= 0, `The table of dependencies needs a column "${word}"`);
    return index;
  };
  const [name, version, usedBy, why] = ['package', 'version', 'used by', 'why'].map(column);
  return rows.map((row) => {
    const cell = (index: number | undefined): string =>
      (row[index ?? -1] ?? '').replaceAll('`', '').trim();
    return {
      name: cell(name),
      version: cell(version),
      usedBy: cell(usedBy)
        .split(/[\s,]+/)
        .map((user) => user.replace(/^@castellan\//, '').replace(/^castellan$/, 'cli'))
        .toSorted(),
      why: cell(why),
    };
  });
}

/** What ships: runtime dependencies, and what is bundled into the runner and the page, from outside. */
function shipped(packages: readonly Package[]): Omit<Row, 'why'>[] {
  const ours = new Set(packages.map(({ manifest }) => manifest.name));
  const rows = new Map<string, { name: string; version: string; usedBy: string[] }>();
  for (const { folder, manifest } of packages) {
    const named = {
      ...(folder === 'runner' || folder === 'web' ? manifest.devDependencies : {}),
      ...manifest.dependencies,
      ...manifest.optionalDependencies,
      ...manifest.peerDependencies,
    };
    for (const [name, version] of Object.entries(named)) {
      if (ours.has(name)) continue;
      const row = rows.get(name) ?? { name, version, usedBy: [] };
      assert.equal(version, row.version, `${name} must have one version in all packages`);
      row.usedBy.push(folder);
      rows.set(name, row);
    }
  }
  return [...rows.values()].map((row) => ({ ...row, usedBy: row.usedBy.toSorted() }));
}

/** How the table and the manifests differ, in words. */
function differences(rows: readonly Row[], packages: readonly Package[]): string[] {
  const ships = shipped(packages);
  const names = rows.map((row) => row.name);
  return [
    ...ships.flatMap(({ name, version, usedBy }) => {
      const row = rows.find((candidate) => candidate.name === name);
      if (row === undefined) return [`${name} (${usedBy.join(', ')}) has no row`];
      const wrong = [];
      if (row.version !== version) wrong.push(`${name}: version is ${version}, not ${row.version}`);
      if (row.usedBy.join() !== usedBy.join()) wrong.push(`${name}: used by ${usedBy.join(', ')}`);
      if (row.why === '') wrong.push(`${name}: no reason`);
      return wrong;
    }),
    ...names
      .filter((name, index) => names.indexOf(name) !== index)
      .map((name) => `${name} has two rows`),
    ...names
      .filter((name) => !ships.some((ship) => ship.name === name))
      .map((name) => `${name} has a row, but no package uses it`),
  ];
}

test('ARCHITECTURE.md has one true row for every dependency that ships', () => {
  const markdown = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
  assert.deepEqual(differences(parseTable(markdown), readPackages()), []);
});

const packages: readonly Package[] = [
  {
    folder: 'runner',
    manifest: {
      name: '@castellan/runner',
      dependencies: { 'isolated-vm': '7.0.1' },
      devDependencies: { acorn: '8.19.0', '@castellan/protocol': '0.1.0' },
    },
  },
  {
    folder: 'cli',
    manifest: {
      name: 'castellan',
      dependencies: { acorn: '8.19.0', '@castellan/runner': '0.1.0' },
      devDependencies: { undici: '8.12.0' },
    },
  },
  { folder: 'protocol', manifest: { name: '@castellan/protocol' } },
];
const header = '## Dependencies\n\n| package | version | used by | why |\n|---|---|---|---|\n';
const acorn = '| `acorn` | 8.19.0 | runner, cli | Parses. |\n';
const isolatedVm = '| `isolated-vm` | `7.0.1` | `@castellan/runner` | The isolate. |\n';

test('differences finds nothing in a table that is true', () => {
  const markdown = `# A\n\n| x |\n\n${header}${acorn}${isolatedVm}\n## Next\n\n| \`y\` |\n`;
  assert.deepEqual(differences(parseTable(markdown), packages), []);
});

for (const [what, rows, difference] of [
  ['a missing row', acorn, 'isolated-vm (runner) has no row'],
  ['a stale row', `${acorn}${isolatedVm}| \`undici\` | 8.12.0 | cli | x |`, 'undici has a row'],
  [
    'another version',
    acorn + isolatedVm.replace('7.0.1', '7.0.0'),
    'isolated-vm: version is 7.0.1',
  ],
  ['a missing user', acorn.replace(', cli', '') + isolatedVm, 'acorn: used by cli, runner'],
  ['a missing reason', acorn.replace('Parses.', '') + isolatedVm, 'acorn: no reason'],
  ['two rows', acorn + acorn + isolatedVm, 'acorn has two rows'],
] as const) {
  test(`differences finds ${what}`, () => {
    const found = differences(parseTable(header + rows), packages);
    assert.equal(found.length, 1);
    assert.ok(found[0]?.startsWith(difference), found[0]);
  });
}

test('parseTable throws without the heading or a column', () => {
  assert.throws(() => parseTable('# A'), /heading/);
  assert.throws(() => parseTable(header.replace('why', 'x')), /column "why"/);
});
