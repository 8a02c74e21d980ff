import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { type TarEntry, tarEnd, tarFill, tarHead } from './tar.ts';

const entry: TarEntry = { path: 'a', mode: 0o444, kind: 'file', bytes: 0, target: '' };

test('tarHead writes what tar reads, names of any length and links included', () => {
  const long = 'folder/'.repeat(30);
  const entries: readonly (readonly [TarEntry, string])[] = [
    [{ ...entry, path: 'a/é.txt', bytes: 3 }, 'abc'],
    [{ ...entry, path: 'a/full', bytes: 512, mode: 0o555 }, 'x'.repeat(512)],
    [{ ...entry, path: `${long}é`, bytes: 1 }, 'y'],
    [{ ...entry, path: 'folder', kind: 'folder', mode: 0o555 }, ''],
    [{ ...entry, path: 'link', kind: 'link', mode: 0o777, target: `/${long}é` }, ''],
  ];
  const input = Buffer.concat([
    ...entries.flatMap(([head, text]) => [
      tarHead(head),
      Buffer.from(text),
      tarFill(Buffer.byteLength(text)),
    ]),
    tarEnd,
  ]);
  const listed = execFileSync('tar', ['-tvf', '-', '--quoting-style=literal', '--numeric-owner'], {
    input,
    env: { PATH: process.env['PATH'], LANG: 'C.UTF-8', TZ: 'UTC' },
  });
  const lines = listed.toString().trim().split('\n');
  const fields = lines.map((line) => line.replace(/ +/g, ' '));
  const at = '1970-01-01 00:00';
  assert.deepEqual(fields, [
    `-r--r--r-- 0/0 3 ${at} a/é.txt`,
    `-r-xr-xr-x 0/0 512 ${at} a/full`,
    `-r--r--r-- 0/0 1 ${at} ${long}é`,
    `dr-xr-xr-x 0/0 0 ${at} folder`,
    `lrwxrwxrwx 0/0 0 ${at} link -> /${long}é`,
  ]);
  const text = execFileSync('tar', ['-xOf', '-', `${long}é`], { input });
  assert.equal(text.toString(), 'y');
});
