import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ArtifactFolder } from './artifact-folder.ts';

let base: string;
let out: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  out = join(base, 'deep', 'out');
});
afterEach(() => rmSync(base, { recursive: true }));

const bytes = (text: string): Uint8Array => Buffer.from(text);
const read = (name: string): string => readFileSync(join(out, name), 'utf8');

test('ArtifactFolder makes the folder and writes into it', async () => {
  await using folder = await ArtifactFolder.open(out);
  assert.equal(await folder.write('a.txt', bytes('one')), join(out, 'a.txt'));
  assert.equal(read('a.txt'), 'one');
});

test('ArtifactFolder keeps names in any script, also the longest', async () => {
  await using folder = await ArtifactFolder.open(out);
  const names = ['bericht ü.csv', '報告 (1).csv', 'emoji😀.txt', '報'.repeat(66)];
  for (const name of names) await folder.write(name, bytes(name));
  assert.deepEqual(names.map(read), names);
});

test('ArtifactFolder replaces what it made itself, longer or shorter', async () => {
  await using folder = await ArtifactFolder.open(out);
  for (const text of ['first', 'the second is longer', '3rd']) {
    await folder.write('a.txt', bytes(text));
    assert.equal(read('a.txt'), text);
  }
  assert.deepEqual(readdirSync(out), ['a.txt']);
});

test('ArtifactFolder keeps a file that was there before', async () => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(out, 'a.txt'), 'mine');
  await using folder = await ArtifactFolder.open(out);
  await assert.rejects(folder.write('a.txt', bytes('x')), {
    name: 'ArtifactError',
    message: /a.txt was not written: it is there already/,
  });
  assert.equal(read('a.txt'), 'mine');
});

test('ArtifactFolder follows no link, dangling or not', async () => {
  mkdirSync(out, { recursive: true });
  writeFileSync(join(base, 'target'), 'mine');
  symlinkSync(join(base, 'target'), join(out, 'a.txt'));
  symlinkSync(join(base, 'nothing'), join(out, 'b.txt'));
  await using folder = await ArtifactFolder.open(out);
  await assert.rejects(folder.write('a.txt', bytes('x')), { name: 'ArtifactError' });
  await assert.rejects(folder.write('b.txt', bytes('x')), { name: 'ArtifactError' });
  assert.equal(readFileSync(join(base, 'target'), 'utf8'), 'mine');
  assert.deepEqual(readdirSync(base).toSorted(), ['deep', 'target']);
});

test('ArtifactFolder does not write again to a name that means another file now', async () => {
  await using folder = await ArtifactFolder.open(out);
  await folder.write('a.txt', bytes('ours'));
  writeFileSync(join(base, 'theirs'), 'mine');
  const swaps: Record<string, () => void> = {
    'another file': () => renameSync(join(base, 'theirs'), join(out, 'a.txt')),
    'a link': () => symlinkSync(join(base, 'kept'), join(out, 'a.txt')),
    'a hard link': () => linkSync(join(base, 'kept'), join(out, 'a.txt')),
    'a pipe': () => execFileSync('/usr/bin/mkfifo', [join(out, 'a.txt')]),
    'a folder': () => mkdirSync(join(out, 'a.txt')),
    nothing: () => undefined,
  };
  writeFileSync(join(base, 'kept'), 'mine');
  for (const [what, swap] of Object.entries(swaps)) {
    rmSync(join(out, 'a.txt'), { force: true, recursive: true });
    swap();
    await assert.rejects(folder.write('a.txt', bytes('x')), { name: 'ArtifactError' }, what);
  }
  assert.equal(readFileSync(join(base, 'kept'), 'utf8'), 'mine');
});

test('ArtifactFolder stays in the folder that it opened', async () => {
  await using folder = await ArtifactFolder.open(out);
  renameSync(out, join(base, 'moved'));
  mkdirSync(join(base, 'other'));
  symlinkSync(join(base, 'other'), out);
  await folder.write('a.txt', bytes('x'));
  assert.deepEqual(readdirSync(join(base, 'other')), []);
  assert.deepEqual(readdirSync(join(base, 'moved')), ['a.txt']);
});

test('ArtifactFolder takes no name with a path in it', async () => {
  await using folder = await ArtifactFolder.open(out);
  for (const name of ['', '.', '..', '../a', 'a/b', '/etc/x', 'a\0']) {
    await assert.rejects(folder.write(name, bytes('x')), { name: 'ArtifactError' }, name);
  }
});

test('ArtifactFolder.open refuses what is no folder, and names it', async () => {
  writeFileSync(join(base, 'file'), '');
  for (const path of [join(base, 'file'), join(base, 'file', 'below')]) {
    await assert.rejects(ArtifactFolder.open(path), {
      name: 'UsageError',
      message: /^--out ".*" is no folder/,
    });
  }
});
