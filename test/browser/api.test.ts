// Puppeteer's API, run through the isolate against real pages.
import assert from 'node:assert/strict';
import { specs, stageForFile } from './support.ts';

const stage = stageForFile();

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
