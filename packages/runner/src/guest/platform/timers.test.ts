import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { Guest } from './guest.support.ts';

const texts = (guest: Guest): string[] => guest.lines.map(({ text }) => text);

test('setTimeout fires by time, then by age, with its arguments', () => {
  using guest = new Guest();
  guest.run(`
    setTimeout(console.log, 5, 'five', 5); setTimeout(console.log, 1, 'one');
    setTimeout(console.log, 5, 'five again'); setTimeout(console.log, 0, 'zero');
    setImmediate(console.log, 'immediate'); setTimeout(console.log, 0.5, 'half');
  `);
  assert.equal(guest.pendingTimers(), 6);
  guest.fireAll();
  assert.deepEqual(texts(guest), ['immediate', 'one', 'zero', 'half', 'five 5', 'five again']);
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
      try { globalThis[name]('globalThis.evil = 1'); return 'ran'; } catch (error) { return [error.name, error.code, error.message]; }
    });
  `);
  const message =
    'The "callback" argument must be of type function. Received type string (\'globalThis.evil = 1\')';
  const refusal = ['TypeError', 'ERR_INVALID_ARG_TYPE', message];
  assert.deepEqual(refused, [refusal, refusal, refusal, refusal]);
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

/** Statements that give the same here as in Node. */
const same = [
  `const t = setTimeout(() => {}, 7); const i = setImmediate(() => {}); const shown = [t.constructor.name, t.hasRef(), t.unref() === t, t.hasRef(),
    t.ref().hasRef(), i.constructor.name, i.hasRef(), i.unref().hasRef(), t._idleTimeout, t._destroyed, t._repeat, typeof t[Symbol.toPrimitive]()];
    clearTimeout(t); clearImmediate(i); t.unref.call(i); i.ref.call({}); return [...shown, t._destroyed, i._destroyed, t._idleTimeout, i.hasRef(), t.refresh() === t, t._destroyed];`,
  `const numbered = [setTimeout(() => {}, 9), setTimeout(() => {}, 9), setInterval(() => {}, 9)]; const [a, b, c] = numbered;
    clearTimeout(Number(a)); clearInterval(String(+b)); clearTimeout(c); return numbered.map((one) => one._destroyed);`,
  `const t = setTimeout(() => {}, 9); for (const other of [null, undefined, {}, '', NaN, true, Symbol(), -1, { _onTimeout: 1 }, setImmediate(() => {})]) {
    if (typeof other !== 'symbol') clearTimeout(other); clearImmediate(typeof other === 'object' ? undefined : other); }
    clearImmediate(t); const armed = !t._destroyed; t.close(); return [armed, t._destroyed];`,
  `const t = setInterval(() => {}, 3); { using held = t; } return t._destroyed;`,
  `return [setTimeout, setInterval, setImmediate, clearTimeout, clearImmediate].map(({ name, length }) => name + length);`,
];

test('a handle is what it is in Node', () => {
  for (const statements of same) {
    using guest = new Guest();
    assert.deepEqual(guest.run(statements), new Function(statements)(), statements);
  }
});

test('a timer that is not referenced is not counted, and holds no alarm', () => {
  using guest = new Guest();
  guest.run(`globalThis.t = setTimeout(() => console.log('fired'), 20); t.unref()`);
  assert.deepEqual([guest.pendingTimers(), guest.alarm, guest.isHeld], [0, 20, false]);
  guest.run(`globalThis.u = setTimeout(() => {}, 30)`);
  guest.run(`u.unref(); u.unref(); t.ref(); t.unref()`);
  assert.deepEqual([guest.pendingTimers(), guest.isHeld], [0, false]);
  guest.run(`t.ref(); t.ref()`);
  assert.equal(guest.pendingTimers(), 1);
  guest.run(`t.unref(); clearTimeout(u); u.ref()`);
  assert.equal(guest.pendingTimers(), 0);
  guest.fireAll();
  assert.deepEqual([texts(guest), guest.pendingTimers()], [['fired'], 0]);
  guest.run(`t.ref(); t.unref(); t.ref()`);
  assert.equal(guest.pendingTimers(), 0);
});

test('refresh starts a timer anew, from its own callback and after its end too', () => {
  using guest = new Guest();
  guest.run(
    `globalThis.t = setTimeout(() => { console.log(performance.now()); if (performance.now() < 40) t.refresh(); }, 20);`,
  );
  guest.nowMs += 15;
  guest.run('t.refresh()');
  assert.equal(guest.pendingTimers(), 1);
  guest.fireAll();
  assert.deepEqual([texts(guest), guest.pendingTimers()], [['35', '55'], 0]);
  guest.run('t.refresh()');
  assert.equal(guest.pendingTimers(), 1);
  guest.fireAll();
  assert.equal(texts(guest).at(-1), '75');
  guest.run('t.refresh(); clearTimeout(t); t.refresh()');
  assert.deepEqual([guest.pendingTimers(), guest.alarm], [0, null]);
});

test('a script makes no handle, and gives none to the members of others', () => {
  using guest = new Guest();
  const names =
    guest.run(`const t = setTimeout(() => {}, 1); const fake = { holds: true, index: -1, kind: 'timer', ms: 1 };
    return [() => new t.constructor(fake, fake), () => t.hasRef.call(fake), () => t.refresh.call(setImmediate(() => {})),
      () => Reflect.get(t.constructor.prototype, '_repeat', fake)].map((act) => { try { return act(); } catch (error) { return error.name; } });`);
  assert.deepEqual(names, Array(4).fill('TypeError'));
});

test('no value that a script gives to a handle makes the timers wrong', () => {
  using guest = new Guest();
  guest.run(`
    for (const value of [NaN, -5, Infinity, 'x', null, undefined, {}, -0]) {
      const t = setInterval(() => { t._idleTimeout = value; t._repeat = value; t._onTimeout = value; t.refresh(); }, 5);
    }
    setTimeout(() => console.log('in order'), 6);
  `);
  for (let count = 0; count < 60; count++) {
    guest.nowMs += 1;
    guest.fire();
  }
  assert.deepEqual(texts(guest), ['in order']);
  const held = guest.run('return setTimeout(() => {}, 1).hasRef()');
  assert.equal(held, true);
});

test('a time that no timer can wait is a millisecond, and is said once in the words of Node', () => {
  using guest = new Guest();
  guest.run(
    `for (const ms of [2 ** 31, -1, -2, NaN, 'x', Infinity, 0, undefined, '5']) setTimeout(() => console.log(String(ms)), ms)`,
  );
  assert.deepEqual(
    guest.lines.splice(0).map(({ level, text }) => [level, ...text.split('\n')]),
    [
      ['Overflow', '2147483648 does not fit into a 32-bit signed integer.'],
      ['Negative', '-1 is a negative number.'],
      ['NaN', 'NaN is not a number.'],
      ['Overflow', 'Infinity does not fit into a 32-bit signed integer.'],
    ].map(([kind, what]) => [
      'warn',
      `Timeout${kind}Warning: ${what}`,
      'Timeout duration was set to 1.',
    ]),
  );
  guest.nowMs += 1;
  for (let count = 0; count < 9; count++) guest.fire();
  assert.equal(texts(guest).length, 8);
});

test('console.log shows a handle as Node does', async () => {
  // An immediate of Node's is shown with those that wait beside it.
  await new Promise(setImmediate);
  const statements = `const shown = []; const t = setTimeout((a) => a, 7, 'x'); const i = setImmediate((a) => a);
    for (let n = 0; n < 2; n++) { show(t); show([[[[t]]]]); show(i); clearTimeout(t); clearImmediate(i); }`;
  using guest = new Guest();
  const here = guest.logged(`const show = console.log; ${statements}`).map(({ text }) => text);
  const there: string[] = [];
  new Function('show', statements)((value: unknown) => there.push(inspect(value)));
  const plain = (text: string): string =>
    text.replaceAll(/((?:_idleStart|Symbol\((?:asyncId|triggerId)\)\]?): )\d+/g, '$1N');
  assert.deepEqual(here.map(plain), there.map(plain));
});
