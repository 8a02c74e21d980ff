import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';

test('console gives every method its level', () => {
  using guest = new Guest();
  const lines = guest.logged(`
    console.debug('debug'); console.log('log'); console.info('info'); console.warn('warn');
    console.error('error'); console.trace('trace'); console.dir(1); console.table([1]);
    console.count('c'); console.countReset('nothing'); console.time('t'); console.time('t');
    console.timeLog('t', 1); console.timeEnd('t'); console.timeEnd('t'); console.assert(false); console.clear();
  `);
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['debug', 'info', 'info', 'warn', 'error', 'error', 'info', 'info'].concat([
      'info',
      'warn',
      'warn',
      'info',
      'info',
      'warn',
      'warn',
    ]),
  );
});

test('console.trace shows the stack of the script and no frame of its own', () => {
  using guest = new Guest();
  const [line] = guest.logged(`function outer() { console.trace('here %d', 1); } outer();`);
  assert.match(line!.text, /^Trace: here 1\n {4}at outer \(script\.js:1:/);
  assert.doesNotMatch(line!.text, /prelude/);
});

test('console.timeEnd writes durations as Node does', () => {
  using guest = new Guest();
  const texts = [3, 1500, 62_345, 3_723_004].map((ms) => {
    guest.run(`console.time('t')`);
    guest.nowMs += ms;
    return guest.logged(`console.timeEnd('t')`)[0]!.text;
  });
  assert.deepEqual(texts, [
    't: 3ms',
    't: 1.500s',
    't: 1:02.345 (m:ss.mmm)',
    't: 1:02:03.004 (h:mm:ss.mmm)',
  ]);
});

test('console cuts a text before it crosses, also after indenting it', () => {
  using guest = new Guest(100);
  const lines = guest.logged(`
    console.log('x'.repeat(1e6));
    console.log({ a: 'y'.repeat(5000) });
    console.log('z'.repeat(99) + '\\u{1f600}');
    console.group();
    console.log('\\n'.repeat(1000));
    console.error(new Error('m'.repeat(1e6)));
  `);
  assert.deepEqual(
    lines.map(({ text }) => text.length),
    [100, 100, 99, 100, 100],
  );
});

test('console survives what a value does while it is shown', () => {
  using guest = new Guest();
  const lines = guest.logged(`
    const custom = Symbol.for('nodejs.util.inspect.custom');
    console.log({ [custom]() { throw new Error('hook threw'); } });
    console.log({ [custom]() { throw { get message() { throw 1; } }; } });
    console.log('%s', { toString() { throw new Error('conversion threw'); } });
    console.log({ get [Symbol.toStringTag]() { throw new Error('tag threw'); } });
    console.table([{ get a() { throw new Error('cell threw'); } }]);
    const deep = []; for (let i = 0, d = deep; i < 1e5; i++) d.push(d = []);
    console.dir(deep, { depth: Infinity });
    console.log('still here');
  `);
  assert.equal(lines.length, 7);
  assert.equal(lines[0]?.text, '[value that cannot be shown: hook threw]');
  assert.equal(lines[1]?.text, '[value that cannot be shown]');
  assert.equal(lines.at(-1)?.text, 'still here');
});

test('console lets the conversion of a label throw, as its standard says', () => {
  using guest = new Guest();
  const label = `{ toString() { throw new Error('label threw'); } }`;
  for (const method of ['count', 'countReset', 'time', 'timeLog', 'timeEnd']) {
    assert.throws(() => guest.run(`console.${method}(${label})`), /label threw/);
  }
});

test('console works after a script has broken the built-in prototypes', () => {
  using guest = new Guest();
  const lines = guest.logged(`
    const evil = () => { throw new Error('tampered'); };
    const trap = { set: evil, get: evil, configurable: true };
    const targets = [Array, String, Map, Set, Function, RegExp, WeakMap].flatMap(({ prototype }) =>
      Reflect.ownKeys(prototype).filter((key) => !['constructor', 'length'].includes(key)).map((key) => [prototype, key]));
    const { defineProperty } = Reflect;
    for (let i = 0; i < targets.length; i++) defineProperty(targets[i][0], targets[i][1], { value: evil });
    defineProperty(Array.prototype, 0, trap);
    defineProperty(Array.prototype, 1, trap);
    Reflect.defineProperty(Object.prototype, 'get', { value: evil });
    Reflect.apply = Reflect.ownKeys = Object.keys = Array.isArray = Math.max = evil;
    console.log('plain');
    console.group('group');
    console.log('a\\nb');
    console.count();
    setTimeout(() => console.log('timer'), 1);
    console.log('shown', { a: [1, 'x'], m: 1 });
  `);
  guest.fireAll();
  const texts = [...lines, ...guest.lines].map(({ text }) => text);
  assert.deepEqual(texts.slice(0, 4), ['plain', 'group', '  a\n  b', '  default: 1']);
  assert.equal(texts.length, 6);
  assert.equal(texts[5], '  timer');
  assert.deepEqual(guest.errors, []);
});

test('console methods work unbound', () => {
  using guest = new Guest();
  const lines = guest.logged(
    `const { log } = console; [1, 2].forEach((n) => log(n)); Promise.resolve().then(log);`,
  );
  assert.deepEqual(lines.slice(0, 2), [
    { level: 'info', text: '1' },
    { level: 'info', text: '2' },
  ]);
});
