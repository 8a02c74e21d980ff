// Puppeteer's API, run through each engine against real pages.
import assert from 'node:assert/strict';
import { forEachEngine } from '../contract/contract.support.ts';
import { specs, stageForFile } from './browser.support.ts';

forEachEngine(({ openSandbox }) => {
  const stage = stageForFile(openSandbox);

  specs(stage, 'navigation.js');
  specs(stage, 'evaluate.js');
  specs(stage, 'elements.js');
  specs(stage, 'network.js');
  specs(stage, 'rest.js');
  specs(stage, 'pages.js', ({ artifacts }) => {
    const found = artifacts.map(({ name, contentType }) => [name, contentType]);
    for (const expected of [
      ['shots_one.png', 'image/png'],
      ['two.jpeg', 'image/jpeg'],
      ['three.pdf', 'application/pdf'],
    ]) {
      assert.ok(
        found.some((each) => each.join() === expected.join()),
        expected.join(),
      );
    }
  });
});
