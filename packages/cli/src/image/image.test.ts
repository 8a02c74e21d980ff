import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { castellan } from '../castellan.support.ts';

test('image build says what is wrong with the daemon, and what helps', async () => {
  const { code, stdout, stderr } = await castellan([
    'image',
    'build',
    '--runtime',
    '2026.11',
    '--docker-socket',
    '/nowhere/docker.sock',
  ]);
  assert.deepEqual([code, stdout], [4, '']);
  assert.match(stderr, /There is no Docker socket at \/nowhere\/docker\.sock\./);
  assert.match(stderr, /fix: apt-get install docker\.io/);
});

test('image seccomp prints the filter that lies in the repository, and takes nothing', async () => {
  const { code, stdout } = await castellan(['image', 'seccomp']);
  assert.equal(code, 0);
  const file = new URL('../../../../deploy/container/seccomp.json', import.meta.url);
  assert.equal(stdout, readFileSync(file, 'utf8'));
  const given = await castellan(['image', 'seccomp', '--json']);
  assert.equal(given.code, 2);
  assert.match(given.stderr, /image seccomp takes no option, not --json/);
});

test('image refuses other words, and tells of itself', async () => {
  const unknown = await castellan(['image', 'make']);
  assert.equal(unknown.code, 2);
  assert.match(unknown.stderr, /image make.*image build/s);
  const more = await castellan(['image', 'build', 'x']);
  assert.match(more.stderr, /image build takes no argument, not "x"/);
  const help = await castellan(['image', '--help']);
  assert.equal(help.code, 0);
  assert.match(help.stdout, /castellan image build \[options\]/);
});
