import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { packShelf } from '@castellan/protocol/shelf';
import { compileBundle } from '../engines/isolate/bundle.ts';
import type { Warm } from '../engines/isolate/warm.ts';
import { Shelf } from './shelf.ts';

const folder = mkdtempSync(join(tmpdir(), 'castellan-shelf-'));
after(() => rmSync(folder, { recursive: true }));
const path = join(folder, 'modules.shelf');
const files = { 'a.js': 'first', 'b.js': 'secónd', 'empty.js': '' };
const packed = packShelf(
  new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
);

describe('Shelf', () => {
  it('reads what stands on it, in a buffer of its own, also when its file has gone', () => {
    writeFileSync(path, packed);
    using shelf = new Shelf(path);
    rmSync(path);
    assert.equal(shelf.text('a.js', 'latin1'), 'first');
    assert.equal(shelf.text('b.js', 'utf8'), 'secónd');
    assert.equal(shelf.read('empty.js')?.length, 0);
    const bytes = shelf.read('b.js');
    assert.equal(bytes?.buffer.byteLength, Buffer.byteLength(files['b.js']));
  });

  it('has nothing by another name', () => {
    writeFileSync(path, packed);
    using shelf = new Shelf(path);
    for (const name of ['', 'A.js', 'a.js ', '../a.js', '/a.js', 'a.js 0', 'a.js\0', '\na.js']) {
      assert.equal(shelf.read(name), undefined, JSON.stringify(name));
    }
  });

  it('gives no part of what was cut off', () => {
    writeFileSync(path, packed);
    truncateSync(path, packed.length - 1);
    using shelf = new Shelf(path);
    assert.equal(shelf.text('a.js', 'latin1'), 'first');
    assert.throws(() => shelf.read('b.js'), /ends too early/);
  });
});

describe('compileBundle', () => {
  it('says what the box does not have, and no path', () => {
    writeFileSync(path, packed);
    using shelf = new Shelf(path);
    const shelves = { libraries: shelf, builtins: shelf, packages: undefined };
    for (const name of [
      'packages/a.js',
      'libraries/c.js',
      'libraries/../a.js',
      '/etc/passwd',
      '',
    ]) {
      assert.throws(() => compileBundle({} as Warm, { shelves, builtins: '', codeKey: '' }, name), {
        message: `this box has no module ${JSON.stringify(name)}`,
      });
    }
  });
});
