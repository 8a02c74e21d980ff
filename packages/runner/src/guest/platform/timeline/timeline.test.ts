import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';

test('performance.mark and measure keep names, times and copies of details', () => {
  using guest = new Guest();
  guest.run(`performance.mark('a', { detail: { x: 1 } })`);
  guest.nowMs += 7;
  assert.deepEqual(
    guest.run(`
      const b = performance.mark('b'); const detail = { y: [1] };
      const whole = performance.measure('whole'); const part = performance.measure('part', 'a', 'b');
      const since = performance.measure('since', { start: 2, duration: 3, detail }); detail.y = 0;
      return [performance.getEntriesByName('a')[0].detail, b.startTime, whole.toJSON(), part.duration,
        since.startTime + since.duration, since.detail, b instanceof PerformanceEntry, String(part)]`),
    [
      { x: 1 },
      7,
      { name: 'whole', entryType: 'measure', startTime: 0, duration: 7 },
      7,
      5,
      { y: [1] },
      true,
      '[object PerformanceMeasure]',
    ],
  );
});

test('performance.getEntries sorts by start time and forgets what is cleared', () => {
  using guest = new Guest();
  const names = guest.run(`
    performance.mark('late', { startTime: 9 }); performance.mark('early', { startTime: 1 }); performance.measure('m');
    const all = performance.getEntries().map(({ name }) => name);
    performance.clearMarks('late'); const left = performance.getEntriesByType('mark').map(({ name }) => name);
    performance.clearMarks(); performance.clearMeasures();
    return [all, left, performance.getEntries()]`);
  assert.deepEqual(names, [['m', 'early', 'late'], ['early'], []]);
});

test('performance.mark and measure refuse what makes no sense', () => {
  using guest = new Guest();
  const errors = guest.run(`
    performance.mark('a');
    return [
      () => performance.mark(), () => performance.mark('x', 5), () => performance.mark('x', { startTime: -1 }),
      () => performance.mark('x', { detail: () => {} }), () => performance.measure('x', 'nope'), () => performance.measure('x', {}, 'a'),
      () => performance.measure('x', { detail: 1 }), () => performance.measure('x', { start: 1, end: 2, duration: 1 }),
      () => new PerformanceEntry(), () => new PerformanceMeasure(), () => performance.mark.call({}, 'x'),
    ].map((work) => { try { work(); return 'none'; } catch (error) { return error.name; } })`);
  assert.deepEqual(errors, [
    'TypeError',
    'TypeError',
    'TypeError',
    'DataCloneError',
    'SyntaxError',
    'none',
    'TypeError',
    'TypeError',
    'TypeError',
    'TypeError',
    'TypeError',
  ]);
});

test('PerformanceObserver hears in a task of its own, once for many entries', () => {
  using guest = new Guest();
  guest.run(`
    performance.mark('before'); globalThis.heard = [];
    const observer = new PerformanceObserver(function (list, self) {
      heard.push([list.getEntries().map(({ name }) => name), this === self]);
    });
    observer.observe({ type: 'mark', buffered: true }); performance.mark('a'); performance.mark('b'); performance.measure('m');
    const gone = new PerformanceObserver(() => heard.push('gone')); gone.observe({ entryTypes: ['mark'] });
    performance.mark('c'); gone.disconnect(); new PerformanceObserver(() => heard.push('silent'));
    new PerformanceObserver(() => { throw 'from an observer'; }).observe({ entryTypes: ['measure', 'nonsense'] });
    performance.measure('n');`);
  assert.deepEqual(guest.run('return heard'), []);
  guest.fireAll();
  assert.deepEqual(guest.run('return heard'), [[['before', 'a', 'b', 'c'], true]]);
  assert.deepEqual(guest.errors, ["'from an observer'"]);
});

test('PerformanceObserver refuses options that contradict each other', () => {
  using guest = new Guest();
  const errors = guest.run(`
    const single = new PerformanceObserver(() => {}); single.observe({ type: 'mark' });
    return [
      () => new PerformanceObserver(), () => single.observe({}), () => single.observe({ type: 'mark', entryTypes: [] }),
      () => single.observe({ entryTypes: ['mark'] }), () => single.observe({ entryTypes: ['mark'], buffered: true }),
      () => PerformanceObserver.supportedEntryTypes.push('x'),
    ].map((work) => { try { work(); return 'none'; } catch (error) { return error.name; } })`);
  assert.deepEqual(errors, [
    'TypeError',
    'TypeError',
    'TypeError',
    'InvalidModificationError',
    'TypeError',
    'TypeError',
  ]);
});
