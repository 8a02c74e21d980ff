import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';

const texts = (guest: Guest): string[] => guest.lines.map(({ text }) => text);

test('setTimeout fires by time, then by age, with its arguments', () => {
  using guest = new Guest();
  guest.run(`
    setTimeout(console.log, 5, 'five', 5); setTimeout(console.log, 1, 'one');
    setTimeout(console.log, 5, 'five again'); setTimeout(console.log, 0, 'zero');
    setImmediate(console.log, 'immediate'); setTimeout(console.log, -3, 'negative');
  `);
  assert.equal(guest.pendingTimers(), 6);
  guest.fireAll();
  assert.deepEqual(texts(guest), ['immediate', 'one', 'zero', 'negative', 'five 5', 'five again']);
  assert.equal(guest.pendingTimers(), 0);
});

test('fireTimer runs one callback, so that microtasks run between two timers', () => {
  using guest = new Guest();
  guest.run(`for (const n of [1, 2]) setTimeout(() => {
    console.log('timer', n); queueMicrotask(() => console.log('microtask', n));
  })`);
  guest.fireAll();
  assert.deepEqual(texts(guest), ['timer 1', 'microtask 1', 'timer 2', 'microtask 2']);
});

test('the alarm is set exactly while a timer is armed, and moved only when the first one changes', () => {
  using guest = new Guest();
  guest.run(
    `globalThis.a = setTimeout(() => {}, 50); setTimeout(() => {}, 80); setTimeout(() => {}, 90);`,
  );
  assert.deepEqual([guest.alarm, guest.wakes], [50, 1]);
  guest.run(`globalThis.b = setTimeout(() => {}, 10)`);
  assert.deepEqual([guest.alarm, guest.wakes], [10, 2]);
  guest.run(`clearTimeout(a); clearTimeout(b);`);
  guest.fireAll();
  assert.deepEqual([guest.alarm, guest.pendingTimers()], [null, 0]);
  guest.run(`clearTimeout(setTimeout(() => {}, 5))`);
  assert.equal(guest.alarm, null);
});

test('fireTimer called early fires nothing and asks again', () => {
  using guest = new Guest();
  guest.run(`setTimeout(() => console.log('x'), 20)`);
  guest.nowMs += 5;
  guest.fire();
  assert.deepEqual([texts(guest), guest.alarm], [[], 15]);
});

test('setInterval repeats until it is cleared, from inside too', () => {
  using guest = new Guest();
  guest.run(
    `let n = 0; const id = setInterval(() => { console.log(++n); if (n === 3) clearInterval(id); }, 10)`,
  );
  guest.fireAll();
  assert.deepEqual([texts(guest), guest.nowMs], [['1', '2', '3'], 1030]);
});

test('setTimeout waits a millisecond at least, however deep; setImmediate does not wait', () => {
  using guest = new Guest();
  guest.run(`globalThis.last = performance.now(); globalThis.step = (start, n) => { const now = performance.now();
    console.log(now - last); last = now; if (n > 0) start(step, ...(start === setTimeout ? [0] : []), start, n - 1); };
    setTimeout(step, 0, setTimeout, 7); `);
  guest.fireAll();
  assert.deepEqual(texts(guest), Array(8).fill('1'));
  guest.lines.length = 0;
  guest.run(`setImmediate(step, setImmediate, 7)`);
  guest.fireAll();
  assert.deepEqual(texts(guest), Array(8).fill('0'));
});

test('a callback that throws goes to onError and stops no other timer', () => {
  using guest = new Guest();
  guest.run(`setTimeout(() => { throw 'first'; }); setTimeout(() => console.log('second'))`);
  guest.fireAll();
  assert.deepEqual([guest.errors, texts(guest)], [["'first'"], ['second']]);
});

test('timer functions refuse what is no function and ignore unknown ids', () => {
  using guest = new Guest();
  const refused = guest.run(`
    clearTimeout(99); clearInterval(undefined); clearImmediate({});
    return ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => {
      try { globalThis[name]('globalThis.evil = 1'); return 'ran'; } catch (error) { return error.name; }
    });
  `);
  assert.deepEqual(refused, ['TypeError', 'TypeError', 'TypeError', 'TypeError']);
});

test('ten thousand timers set and cleared in any order leave none behind', () => {
  using guest = new Guest();
  guest.run(`
    const ids = Array.from({ length: 10_000 }, (_, i) => setTimeout(() => console.log(i), (i * 7919) % 1000));
    ids.filter((_, i) => i % 100 !== 0).sort((a, b) => (a * 31) % 977 - (b * 31) % 977).forEach(clearTimeout);
  `);
  assert.equal(guest.pendingTimers(), 100);
  guest.fireAll(1000);
  const due = texts(guest).map((text) => (Number(text) * 7919) % 1000);
  assert.equal(due.length, 100);
  assert.deepEqual(
    due,
    due.toSorted((a, b) => a - b),
  );
});

test('queueMicrotask runs in the order of the microtask queue', async () => {
  using guest = new Guest();
  await guest.runAsync(`
    Promise.resolve().then(() => console.log('promise 1'));
    queueMicrotask(() => console.log('microtask'));
    Promise.resolve().then(() => console.log('promise 2'));
    await null; await null;
  `);
  assert.deepEqual(texts(guest), ['promise 1', 'microtask', 'promise 2']);
});
