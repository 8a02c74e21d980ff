/** Every view of the dashboard and the page of the API, at three widths, light and dark: `test/playground` has two looks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  config,
  type Keys,
  looks,
  makeKeys,
  openingOf,
  walk,
} from '../playground/dashboard.support.ts';
import { stageForFile } from '../playground/playground.support.ts';

let keys: Keys;
const stage = stageForFile({ config }, async (service) => {
  keys = await makeKeys(service);
});

for (const look of looks) {
  test(`${look.width} px wide and ${look.colorScheme}, nothing serious is in anybody’s way`, async () => {
    await using tab = await stage().open({ ...openingOf(look), key: keys.operator });
    await walk(tab, keys, look, 'whole');
    assert.deepEqual(tab.faults, []);
  });
}
