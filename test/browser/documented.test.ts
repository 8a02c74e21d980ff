// The table in docs/guide/browser.md is about Puppeteer as it is, and its counts are true.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';
import { reasons } from '../../packages/runner/src/entry/browser/unavailable-calls.ts';

const guide = readFileSync(new URL('../../docs/guide/browser.md', import.meta.url), 'utf8');
const puppeteer = fileURLToPath(new URL('../../node_modules/puppeteer-core/', import.meta.url));

interface Member {
  readonly type: string;
  readonly key?: { readonly name?: string };
  readonly accessibility?: string | null;
  readonly kind?: string;
}

/** The public members of every class that Puppeteer's types declare, as `Class.member`. */
function publicMembers(): Set<string> {
  const file = join(puppeteer, 'lib', 'types.d.ts');
  const { program } = parseSync(file, readFileSync(file, 'utf8'));
  const found = new Set<string>();
  for (const statement of program.body) {
    const node = 'declaration' in statement ? statement.declaration : statement;
    if (node?.type !== 'ClassDeclaration') continue;
    for (const { key, accessibility, kind } of node.body.body as unknown as Member[]) {
      const name = key?.name;
      const isHidden = accessibility === 'private' || accessibility === 'protected';
      if (name === undefined || name.startsWith('_') || isHidden || kind === 'constructor')
        continue;
      // Private fields of classes are declared under this name; symbols are no names.
      if (name === 'private' || name.endsWith('isposeSymbol')) continue;
      found.add(`${node.id?.name}.${name}`);
    }
  }
  return found;
}

const known = publicMembers();

/** The rows of the table; a row for a whole class covers each of its members. */
const rows = [
  ...guide.matchAll(/^\| (\w+) \| (?:`(\w+)`|(all)) \| (differently|not available): /gm),
].flatMap(([, owner, member, all, how]) => {
  const names = all === undefined ? [`${owner}.${member}`] : membersOf(owner ?? '');
  return names.map((name) => ({ name, how }));
});

function membersOf(owner: string): string[] {
  const own = [...known].filter((name) => name.startsWith(`${owner}.`));
  assert.ok(own.length > 0, `Puppeteer has no class ${owner}`);
  return own;
}

/** Whether a spec or a test of this folder uses a member of that name. */
function isUsed(name: string): boolean {
  const member = name.slice(name.indexOf('.'));
  return used.has(member);
}

const folder = new URL('.', import.meta.url);
const texts = [
  'launch.test.ts',
  ...readdirSync(new URL('specs/', folder)).map((f) => `specs/${f}`),
];
const used = new Set(
  texts.flatMap((file) => readFileSync(new URL(file, folder), 'utf8').match(/\.[A-Za-z$]+/g) ?? []),
);

test('every member in the table is one of Puppeteer’s', () => {
  assert.deepEqual(
    rows.filter(({ name }) => !known.has(name)).map(({ name }) => name),
    [],
  );
  assert.equal(new Set(rows.map(({ name }) => name)).size, rows.length);
});

test('what a call that is not available says is what the table says', () => {
  for (const [owner, calls] of Object.entries(reasons)) {
    for (const [member, why] of Object.entries(calls)) {
      const row = `| ${owner} | \`${member}\` | not available: ${why} |`;
      assert.ok(guide.includes(row), row);
    }
  }
});

test('the counts above the table are true', () => {
  const all = known.size;
  const differently = rows.filter(({ how }) => how === 'differently').length;
  const not = rows.length - differently;
  const rest = [...known].filter((name) => !rows.some((row) => row.name === name));
  const tried = rest.filter(isUsed).length;
  const sentence = `Of the ${all} public members of Puppeteer's classes (25.16), ${rest.length} work as in Node, and tests use ${tried} of them by name; ${differently} work differently and ${not} are not available.`;
  assert.ok(guide.replaceAll(/\s+/g, ' ').includes(sentence), `the guide should say: ${sentence}`);
  const { version } = JSON.parse(readFileSync(join(puppeteer, 'package.json'), 'utf8')) as {
    version: string;
  };
  assert.ok(version.startsWith('25.16.'), version);
});
