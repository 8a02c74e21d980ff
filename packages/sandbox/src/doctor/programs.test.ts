import assert from 'node:assert/strict';
import { test } from 'node:test';
import { platformRowOf } from './programs.ts';

test('platformRowOf refuses what no filter was tested on, and says where that stands', () => {
  assert.equal(platformRowOf('linux', 'x64').state, 'ok');
  for (const [platform, arch, says] of [
    ['linux', 'arm64', /^Linux on arm64: refused.* docs\/operations\/arm64\.md/],
    ['darwin', 'arm64', /^darwin arm64; /],
  ] as const) {
    const { state, detail, fix } = platformRowOf(platform, arch);
    assert.deepEqual([state, fix], ['missing', 'Use a machine with Linux on x86-64.']);
    assert.match(detail, says);
  }
});
