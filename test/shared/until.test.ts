import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settled, until } from './until.support.ts';

test('until resolves with what the condition returned, or resolved to', async () => {
  let looks = 0;
  assert.equal(await until('three looks were taken', () => ++looks === 3 && 'third'), 'third');
  assert.equal(await until('a promise is kept', () => Promise.resolve(1)), 1);
});

test('until says what it waited for', async () => {
  await assert.rejects(
    until('the moon is blue', () => false, 80),
    { message: 'Waited 80 ms in vain until the moon is blue.' },
  );
});

test('until rejects with what the condition threw', async () => {
  await assert.rejects(
    until('nothing', () => assert.fail('broken')),
    { message: 'broken' },
  );
});

test('until does not stand still with a mocked clock', async (t) => {
  t.mock.timers.enable();
  const start = performance.now();
  await until('100 ms have gone by', () => performance.now() > start + 100);
});

test('settled does as its promise does, and says what it waited for in vain', async () => {
  assert.equal(await settled('the promise is kept', Promise.resolve(1)), 1);
  await assert.rejects(settled('it is not', Promise.reject(new Error('no'))), { message: 'no' });
  await assert.rejects(settled('the moon is blue', new Promise(() => {}), 20), {
    message: 'Waited 20 ms in vain until the moon is blue.',
  });
});
