/** The manual as a site is built, with its search: `test/faults/site.test.ts` looks at it in a browser. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentOf } from '../../site/content.ts';
import { groups, root, sitePages } from '../../site/pages.ts';

const pages = sitePages();
const places = { pages, base: '/' };
const site = join(root, 'site');

const isThere = existsSync(join(site, 'node_modules', 'astro')) || 'CI' in process.env;
test(
  'the site is built: every page, every link, nothing of another host, and the index of its search',
  { timeout: 300_000, skip: isThere ? false : 'npm run setup installs its generator' },
  () => {
    const out = execFileSync(process.execPath, [join(site, 'build.ts')], { encoding: 'utf8' });
    assert.match(out, /all links lead somewhere, no other host is asked\n$/);
    const built = join(site, 'dist', 'site');
    for (const [file, slug] of pages) {
      assert.ok(existsSync(join(built, slug, 'index.html')), `${file} has no page`);
    }
    const index = globSync('pagefind/fragment/*.pf_fragment', { cwd: built });
    assert.ok(index.length >= pages.size, `${index.length} pages are in the index of the search`);
  },
);

test('every page has a title, a place of its own below a heading, and links to places', () => {
  assert.equal(new Set(pages.values()).size, pages.size);
  const addresses = new Set([...pages.values()].map((slug) => (slug === '' ? '/' : `/${slug}/`)));
  for (const [file, slug] of pages) {
    const folder = slug.split('/', 1)[0];
    assert.ok(slug === '' || groups.some(({ directory }) => directory === folder), file);
    const content = contentOf(file, readFileSync(join(root, file), 'utf8'), places);
    assert.match(content, /^---\ntitle: ".+"\n---\n/, file);
    const prose = content.replaceAll(/^( *`{3,})[^]*?\n\1 *$/gm, '');
    for (const [, target = ''] of prose.matchAll(/(?<!!)\[[^\]]*\]\((\/[^)#]*)/g)) {
      assert.ok(addresses.has(target), `${file}: ${target}`);
    }
    assert.doesNotMatch(prose, /(?<!!)\[[^\]]*\]\((?!\/|#|[a-z]+:)/, file);
  }
});

test('contentOf takes the title, the marks of blocks and links to what is no page', () => {
  const text = [
    '<!-- made -->',
    '# A `b` c',
    '[over',
    'lines](engines.md#modules) [code](../../test/x.ts) [top](#a) ![p](p.png)',
    '```ts no-run=x',
    '[not](a.md)',
    '```',
  ];
  assert.equal(
    contentOf('docs/guide/a.md', text.join('\n'), places),
    [
      '---\ntitle: "A b c"\n---',
      '[over',
      'lines](/guide/engines/#modules) code [top](#a) ![p](p.png)',
      '```ts',
      '[not](a.md)',
      '```',
    ].join('\n'),
  );
  assert.throws(() => contentOf('a.md', 'no heading', places), /a\.md: the first line/);
});
