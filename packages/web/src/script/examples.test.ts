import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from '../session/offer.ts';
import { examplesFor, offeredExamples, writingOf } from './examples.ts';

const bare = {
  name: 'default',
  modules: ['*'],
  helpers: [],
  browser: false,
  network: null,
} as unknown as Policy;
const full = {
  ...bare,
  name: 'full',
  helpers: ['now'],
  browser: true,
  network: { allow: ['*.cdn.example', 'shop.example:8443'] },
};

test('offeredExamples has each example, and says what it needs and who offers that', () => {
  const alone = offeredExamples(bare, [bare]);
  assert.deepEqual(
    alone.map(({ label }) => label),
    [
      'Text only',
      'Logs, progress and a file',
      'Packages',
      'Fetch (needs a network)',
      'Helpers (needs helpers)',
      'Screenshot (needs a browser)',
      'PDF (needs a browser)',
      'Scrape (needs a browser and a network)',
      'Form and login (needs a browser)',
    ],
  );
  assert.match(
    alone[3]?.notice ?? '',
    /^This example needs a network, .*castellan serve --allow-host/,
  );
  assert.equal(alone[0]?.notice, '');
  const beside = offeredExamples(bare, [bare, full]);
  assert.equal(beside[5]?.label, 'Screenshot (under full)');
  assert.deepEqual([beside[5]?.policy?.name, beside[5]?.notice], ['full', '']);
  assert.ok(offeredExamples(full, [bare, full]).every(({ label }) => !label.includes('(')));
  assert.deepEqual(
    examplesFor(bare).map(({ name }) => name),
    ['Text only', 'Logs, progress and a file', 'Packages'],
  );
});

test('writingOf writes the policy’s own names into an example', () => {
  const [, , , fetches, helps] = offeredExamples(full, [full]);
  assert.ok(fetches !== undefined && helps !== undefined);
  assert.match(writingOf(fetches.example, full).params, /"https:\/\/shop\.example:8443\/"/);
  assert.match(writingOf(helps.example, full).files[0]?.text ?? '', /typeof now;/);
});
