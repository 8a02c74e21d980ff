import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { brotliCompressSync } from 'node:zlib';
import { packedPackages } from '@castellan/protocol/runtimes';
import { nodeModulesOf } from './unpack.ts';

function packed(files: Readonly<Record<string, string>>, cut = 0): Buffer {
  const list = Object.entries(files).map(([path, text]) => [path, Buffer.byteLength(text)]);
  const head = Buffer.from(JSON.stringify(list));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(head.length);
  const all = Buffer.concat([size, head, Buffer.from(Object.values(files).join(''))]);
  return brotliCompressSync(all.subarray(0, all.length - cut));
}

/** A folder with a packed runtime, a cache and a place for what is temporary, and nothing else. */
function stage(t: TestContext, bytes: Buffer) {
  const home = mkdtempSync(join(tmpdir(), 'castellan-unpack-'));
  const before = { cache: process.env['XDG_CACHE_HOME'], temporary: process.env['TMPDIR'] };
  t.after(() => {
    for (const [name, value] of [
      ['XDG_CACHE_HOME', before.cache],
      ['TMPDIR', before.temporary],
    ] as const) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(home, { recursive: true });
  });
  const [folder, cache, temporary] = ['runtime', 'cache', 'tmp'].map((name) => join(home, name));
  assert.ok(folder !== undefined && cache !== undefined && temporary !== undefined);
  for (const each of [folder, temporary]) mkdirSync(each);
  writeFileSync(join(folder, packedPackages), bytes);
  process.env['XDG_CACHE_HOME'] = cache;
  process.env['TMPDIR'] = temporary;
  return { folder, cache, temporary };
}

const files = { 'a/index.js': 'exports.a = "ä"', '@s/b/package.json': '{}', 'a/empty.js': '' };

test('nodeModulesOf unpacks what was shipped in one file, once', (t) => {
  const { folder, cache } = stage(t, packed(files));
  const found = nodeModulesOf(folder);
  assert.ok(found.startsWith(cache), found);
  for (const [path, text] of Object.entries(files)) {
    assert.equal(readFileSync(join(found, path), 'utf8'), text);
  }
  writeFileSync(join(found, 'mark'), '');
  assert.equal(nodeModulesOf(folder), found);
  assert.ok(existsSync(join(found, 'mark')));
  assert.equal(readdirSync(join(cache, 'castellan/packages')).length, 1);
  writeFileSync(join(folder, packedPackages), packed({ 'c/index.js': '' }));
  assert.notEqual(nodeModulesOf(folder), found, 'another pack has a folder of its own');
});

test('nodeModulesOf takes a node_modules beside the pack first, and needs neither', (t) => {
  const { folder, cache } = stage(t, packed(files));
  const own = join(folder, 'node_modules');
  mkdirSync(own);
  assert.equal(nodeModulesOf(folder), own);
  rmSync(own, { recursive: true });
  rmSync(join(folder, packedPackages));
  assert.equal(nodeModulesOf(folder), own);
  assert.ok(!existsSync(cache));
});

test('nodeModulesOf uses a temporary folder of the user when there is no cache', (t) => {
  const { folder, cache, temporary } = stage(t, packed(files));
  writeFileSync(cache, 'a file');
  const found = nodeModulesOf(folder);
  assert.ok(found.startsWith(join(temporary, 'castellan-packages-')), found);
  assert.equal(nodeModulesOf(folder), found);
});

for (const [what, prepare] of [
  ['others may write', (place: string) => (mkdirSync(place), chmodSync(place, 0o777))],
  ['is a link', (place: string) => symlinkSync('/', place)],
  ['is a file', (place: string) => writeFileSync(place, '')],
] as const) {
  test(`nodeModulesOf unpacks into no temporary folder that ${what}, and says so`, (t) => {
    const { folder, cache, temporary } = stage(t, packed(files));
    writeFileSync(cache, 'a file');
    prepare(join(temporary, `castellan-packages-${process.getuid?.()}`));
    assert.throws(() => nodeModulesOf(folder), {
      code: 'invalid_option',
      message: /packages\.br have to be unpacked once, and no folder for that can be written/,
      fix: /XDG_CACHE_HOME/,
    });
  });
}

for (const [what, bytes] of [
  ['leads out', packed({ '../../evil.js': '' })],
  ['is absolute', packed({ '/evil.js': '' })],
  ['is cut off', packed(files, 3)],
] as const) {
  test(`nodeModulesOf leaves nothing of a pack that ${what}`, (t) => {
    const { folder, cache, temporary } = stage(t, bytes);
    assert.throws(() => nodeModulesOf(folder), /is damaged/);
    assert.deepEqual(readdirSync(join(cache, 'castellan/packages')), []);
    assert.ok(!readdirSync(temporary, { recursive: true }).join().includes('evil'));
  });
}
