// What builds the boxes of a sandbox, and what a run may ask for of it.
import { type CastellanError, createSandbox } from '@castellan/sandbox';
import assert from 'node:assert/strict';
import { test } from 'node:test';

const code = (expected: string) => (error: CastellanError) => error.code === expected;

test('a run names one of the drivers of its sandbox, and has the first otherwise', async () => {
  const isolation = ['bubblewrap', 'oci', 'gvisor'] as const;
  await using sandbox = await createSandbox({ isolation, warm: 0, concurrency: 1 });
  assert.deepEqual([sandbox.driver, sandbox.drivers], ['bubblewrap', isolation]);
  const asked = [{}, { isolation: 'auto' }, { isolation: 'oci' }, { isolation: 'gvisor' }] as const;
  const handles = asked.map((each) =>
    sandbox.run('await new Promise((done) => setTimeout(done, 50)); return 1', each),
  );
  const runs = await Promise.all(handles);
  assert.deepEqual(
    runs.map(({ value, isolation: { driver } }) => [value, driver]),
    ['bubblewrap', 'bubblewrap', 'oci', 'gvisor'].map((driver) => [1, driver]),
  );
  // They share the one place that there is for runs.
  const inOrder = runs.toSorted((one, two) =>
    (one.startedAt ?? '').localeCompare(two.startedAt ?? ''),
  );
  for (const [at, { startedAt }] of inOrder.slice(1).entries()) {
    assert.ok((startedAt ?? '') >= (inOrder[at]?.finishedAt ?? ''), 'two at a time');
  }
  assert.throws(() => sandbox.run('1', { isolation: 'none' }), {
    code: 'invalid_option',
    message: /isolation "none" is not offered\. There is auto, bubblewrap, oci, gvisor\./,
  });
});

test('auto takes the first driver that can reach the floor', async () => {
  await using sandbox = await createSandbox({ floor: ['gvisor', 'netns'], warm: 0 });
  const { isolation } = await sandbox.run('1');
  assert.deepEqual([isolation.driver, isolation.layers.includes('gvisor')], ['gvisor', true]);
});

test('a driver that never reaches the floor is refused with its own words', async () => {
  for (const [isolation, layer] of [
    ['oci', 'nouserns'],
    ['gvisor', 'nocaps'],
    ['bubblewrap', 'gvisor'],
  ] as const) {
    const made = createSandbox({ isolation, floor: [layer] });
    await assert.rejects(made, code('isolation_unavailable'));
    await assert.rejects(made, new RegExp(`asks for ${layer}, which boxes of ${isolation} never`));
  }
});
