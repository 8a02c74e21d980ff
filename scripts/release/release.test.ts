import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutRelease } from './changelog.ts';
import { placeOf } from './repository.ts';

const changelog = `# Changelog

## [Unreleased]

Will be 0.2.0.

### Added

- A thing.

## [0.1.0] - 2026-01-01

- The first.
`;

test('cutRelease dates what is unreleased, and leaves a place for what comes next', () => {
  const { section, whole } = cutRelease(changelog, '0.2.0', '2026-11-30');
  assert.equal(section, '## [0.2.0] - 2026-11-30\n\n### Added\n\n- A thing.\n\n');
  const headings = whole.split('\n').filter((line) => line.startsWith('## '));
  assert.deepEqual(headings, [
    '## [Unreleased]',
    '## [0.2.0] - 2026-11-30',
    '## [0.1.0] - 2026-01-01',
  ]);
  assert.ok(whole.startsWith('# Changelog\n') && whole.endsWith('- The first.\n'));
});

test('cutRelease makes a release again that has its section', () => {
  const { whole, section } = cutRelease(changelog, '0.2.0', '2026-11-30');
  assert.deepEqual(cutRelease(whole, '0.2.0', '2027-01-01'), { whole, section });
});

test('cutRelease refuses a release of nothing', () => {
  const { whole } = cutRelease(changelog, '0.2.0', '2026-11-30');
  assert.throws(() => cutRelease(whole, '0.3.0', '2026-12-01'), /says nothing/);
  assert.throws(() => cutRelease('# Changelog\n', '0.3.0', '2026-12-01'), /has no/);
});

test('placeOf derives homepage and issues from the repository, and nothing from nothing', () => {
  assert.equal(placeOf(''), null);
  assert.deepEqual(placeOf('git+https://git.example/owner/name.git'), {
    repository: { type: 'git', url: 'git+https://git.example/owner/name.git' },
    homepage: 'https://git.example/owner/name#readme',
    bugs: { url: 'https://git.example/owner/name/issues' },
  });
  for (const wrong of ['https://git.example/owner/name', 'owner/name', 'git+http://a/b.git']) {
    assert.throws(() => placeOf(wrong), /must look like git\+https/, wrong);
  }
});
