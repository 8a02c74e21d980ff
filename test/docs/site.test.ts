/** Each page of the manual can be a page of the site: `test/faults/site.test.ts` builds it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { contentOf } from '../../site/content.ts';
import { groups, root, sitePages } from '../../site/pages.ts';

const pages = sitePages();
const places = { pages, base: '/' };

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
