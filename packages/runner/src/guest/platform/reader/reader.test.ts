import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Guest } from '../guest.support.ts';

const watch = `const seen = []; const r = new FileReader();
  for (const type of ['loadstart', 'progress', 'load', 'abort', 'error', 'loadend']) {
    r['on' + type] = (e) => { seen.push([e.type, e.loaded, e.total, r.readyState, typeof r.result]); console.log(seen.length); };
  }`;

test('FileReader tells how far it has come, each event in a task of its own', () => {
  using guest = new Guest();
  guest.run(`${watch} globalThis.seen = seen; r.readAsText(new Blob(['abc']));
    r.onload = () => Promise.resolve().then(() => seen.push('between'));`);
  guest.fireAll();
  assert.deepEqual(guest.run('return seen'), [
    ['loadstart', 0, 3, 1, 'object'],
    ['progress', 3, 3, 1, 'object'],
    'between',
    ['loadend', 3, 3, 2, 'string'],
  ]);
});

test('FileReader gives text, bytes, a binary string and a data URL', () => {
  using guest = new Guest();
  guest.run(`globalThis.got = {};
    const read = (name, method, parts, options, ...more) => {
      const r = new FileReader(); r.addEventListener('load', () => { got[name] = r.result; }); r[method](new Blob(parts, options), ...more);
    };
    read('text', 'readAsText', ['\\ufeffh\\u00e9']);
    read('labelled', 'readAsText', [new Uint8Array([0x82, 0xa0])], {}, 'shift_jis');
    read('typed', 'readAsText', [new Uint8Array([0xe9])], { type: 'text/plain;charset=latin1' });
    read('marked', 'readAsText', [new Uint8Array([0xfe, 0xff, 0, 0x41])], {}, 'utf-8');
    read('unknown', 'readAsText', ['x'], {}, 'nonsense');
    read('binary', 'readAsBinaryString', [new Uint8Array([0, 255])]);
    read('url', 'readAsDataURL', ['a'], { type: 'text/x' });
    read('plain', 'readAsDataURL', ['']);
    read('buffer', 'readAsArrayBuffer', ['abcd']);`);
  guest.fireAll();
  assert.deepEqual(guest.run(`got.buffer = got.buffer.byteLength; return got`), {
    text: 'h\u00e9',
    labelled: '\u3042',
    typed: '\u00e9',
    marked: 'A',
    unknown: 'x',
    binary: '\u0000\u00ff',
    url: 'data:text/x;base64,YQ==',
    plain: 'data:application/octet-stream;base64,',
    buffer: 4,
  });
});

test('FileReader is aborted at once, and refuses a second read and what is no blob', () => {
  using guest = new Guest();
  const [errors, aborted] = guest.run(`${watch}
    const errors = []; const attempt = (work) => { try { work(); } catch (error) { errors.push(error.name); } };
    r.abort(); r.readAsText(new Blob(['a']));
    attempt(() => r.readAsText(new Blob(['b']))); attempt(() => r.readAsText('text')); attempt(() => r.readAsText());
    attempt(() => FileReader()); r.abort(); globalThis.after = seen;
    return [errors, [...seen]]`) as [string[], unknown[]];
  assert.deepEqual(errors, ['InvalidStateError', 'TypeError', 'TypeError', 'TypeError']);
  assert.deepEqual(aborted, [
    ['abort', 0, 0, 2, 'object'],
    ['loadend', 0, 0, 2, 'object'],
  ]);
  guest.fireAll();
  assert.equal(guest.run('return after.length'), 2);
});
