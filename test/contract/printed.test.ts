import assert from 'node:assert/strict';
import { forEachEngine, texts } from './contract.support.ts';

/** Statements, and what they print in Node. */
const printed: Readonly<Record<string, string>> = {
  'console.log(Promise.resolve(5))': 'Promise { 5 }',
  'console.log(new Promise(() => {}))': 'Promise { <pending> }',
  'const p = Promise.reject(7); p.catch(() => {}); console.log(p)': 'Promise { <rejected> 7 }',
  'console.log({ a: Promise.resolve({ b: [1] }) }, [Promise.resolve()])':
    '{ a: Promise { { b: [Array] } } } [ Promise { undefined } ]',
  'class Mine extends Promise {} console.log(Mine.resolve("x"))': "Mine [Promise] { 'x' }",
  'console.log(Object.assign(Promise.resolve(1), { extra: 2 }))': 'Promise { 1, extra: 2 }',
  'let own; const p = new Promise((done) => (own = done)); own({ p }); console.log(p)':
    '<ref *1> Promise { { p: [Circular *1] } }',
  'console.log(new Proxy(Promise.resolve(1), {}), Object.create(Promise.prototype))':
    'Promise { 1 } Promise {}',
  'console.log({ then() {} })': '{ then: [Function: then] }',
  'console.log((async () => 1)(), (async () => { await 0 })())':
    'Promise { 1 } Promise { <pending> }',
  'console.log("%o and %s", Promise.resolve(1), Promise.resolve(2))':
    'Promise { 1 } and Promise { 2 }',
  'const it = new Map([[1, { a: 2 }], ["b", 3]]).entries(); it.next(); console.log(it); console.log([...it].length)':
    "[Map Entries] { [ 'b', 3 ] }\n1",
  'console.log(new Map([[1, 2]]).keys(), new Set([3]).values(), new Set([4]).entries())':
    '[Map Iterator] { 1 } [Set Iterator] { 3 } [Set Entries] { [ 4, 4 ] }',
  'console.dir(new WeakSet([{ n: 1 }]), { showHidden: true }); console.log(new WeakSet([{}]))':
    'WeakSet { { n: 1 } }\nWeakSet { <items unknown> }',
  'console.dir(new WeakMap([[{}, "two"]]), { showHidden: true })': "WeakMap { {} => 'two' }",
  'const it = [1][Symbol.iterator](); console.log(it)': 'Object [Array Iterator] {}',
};

forEachEngine(({ contract, sandboxForFile }) => {
  const sandbox = sandboxForFile();

  for (const [statements, text] of Object.entries(printed)) {
    contract(`${statements} prints ${text}`, async () => {
      assert.equal(texts(await sandbox().run(`${statements}\nreturn 1`)).join('\n'), text);
    });
  }

  contract('a rejected promise that is printed is as unhandled as before', async () => {
    const left = await sandbox().run(
      'const p = Promise.reject(new Error("left")); console.log(p); await 0; await new Promise((done) => setTimeout(done, 5)); return 1',
    );
    assert.deepEqual([left.reason, left.error?.message], ['uncaught_exception', 'left']);
    const handled = await sandbox().run(
      'const p = Promise.reject(new Error("left")); console.log(p); return p.catch(() => "handled")',
    );
    assert.equal(handled.value, 'handled');
  });

  contract('a promise that is printed while it is pending settles as before', async () => {
    const run = await sandbox().run(
      'const p = new Promise((done) => setTimeout(done, 1, "late")); console.log(p); return p',
    );
    assert.deepEqual([run.value, texts(run)], ['late', ['Promise { <pending> }']]);
  });
});
