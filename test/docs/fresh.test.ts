// Generated pages are as the tables are that they come from.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pages } from '../../scripts/docs/pages.ts';

for (const { file, render } of pages) {
  test(`${file} is what npm run docs writes`, async () => {
    const committed = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    assert.ok(committed === (await render()), `${file} is old: npm run docs`);
  });
}
