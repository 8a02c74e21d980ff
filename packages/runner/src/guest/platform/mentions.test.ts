import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from './guest.support.ts';
import { lazyGlobals } from './library-names.ts';
import { lazyGlobalsIn } from './mentions.ts';

test('lazyGlobalsIn finds whole words, each once', () => {
  assert.deepEqual(
    lazyGlobalsIn(`await fetch(new URL(x)); fetchAll(); new URL(y); 'crypto'; my_Blob`),
    ['fetch', 'URL', 'crypto'],
  );
  assert.deepEqual(lazyGlobalsIn('return 1'), []);
});

test('every lazy global exists, is a data property once mentioned, and has the name that it is under', () => {
  using guest = new Guest();
  const names = Object.values(lazyGlobals).flat();
  const list = JSON.stringify(names);
  const accessors = `return ${list}.filter((name) => 'get' in Object.getOwnPropertyDescriptor(globalThis, name)).length`;
  assert.equal(guest.run(accessors), names.length);
  guest.define('crypto');
  assert.equal(guest.run(accessors), names.length - lazyGlobals.crypto.length);
  guest.define(names.join(' '));
  assert.equal(guest.run(accessors), 0);
  const functions = names.filter((name) => name !== 'crypto');
  assert.deepEqual(
    guest.run(`return ${JSON.stringify(functions)}.map((name) => globalThis[name].name)`),
    functions,
  );
});
