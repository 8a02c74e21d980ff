import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './fixtures/anyip.ts';
import { ownAddresses } from './fixtures/hostile.ts';

const fixture = fileURLToPath(new URL('fixtures/anyip.ts', import.meta.url));

/** A network in which all addresses are local: nothing leaves, and whatever is connected to is seen. */
const world = [
  'set -e',
  'ip link set lo up',
  'ip route add local 0.0.0.0/0 dev lo',
  'ip -6 route add local ::/0 dev lo',
  ...ownAddresses.map(
    (address) => `ip addr add ${address}/${address.includes(':') ? 128 : 32} dev lo`,
  ),
];

const env = { PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` };
const inNamespace = ['--user', '--map-root-user', '--net', 'sh', '-c'];
const possible = spawnSync('unshare', [...inNamespace, world.join('\n')], { env }).status === 0;

describe('egress', { skip: possible ? false : 'needs unshare, user namespaces and ip' }, () => {
  let outcomes: readonly Outcome[] = [];
  const on = (path: string): readonly Outcome[] => {
    const found = outcomes.filter((outcome) => outcome.path === path);
    assert.ok(found.length > 0, `no rows on path ${path}`);
    return found;
  };

  before(async () => {
    const run = [...world, 'exec "$0" "$1"'].join('\n');
    const child = spawn('unshare', [...inNamespace, run, process.execPath, fixture], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    outcomes = JSON.parse(await text(child.stdout)) as readonly Outcome[];
  });

  test('reaches a public site, by the very same means', () => {
    assert.equal(on('control')[0]?.seen, '200');
    assert.deepEqual([...new Set(on('rebound, at once').map(({ seen }) => seen))], ['200']);
  });

  test('lets no hostile URL, redirect or answer reach a canary', () => {
    assert.deepEqual(
      outcomes.filter(({ hits }) => hits > 0),
      [],
    );
    const rows = new Set(outcomes.map(({ what }) => what)).size;
    assert.ok(rows >= 250, `${rows} rows`);
  });

  test('is needed: a client that checks nothing reaches canaries on most rows of every path', () => {
    for (const path of ['direct', 'redirect', 'answer, only', 'answer, mixed']) {
      const rows = on(path);
      const reached = rows.filter(({ unguardedHits }) => (unguardedHits ?? 0) > 0);
      assert.ok(reached.length > rows.length / 2, `${path}: ${reached.length} of ${rows.length}`);
    }
  });

  test('gives one wording for every refusal, and the operator the reason', () => {
    // Relative to the site that redirects, two of the URLs are harmless paths on it.
    const harmless = new Set(['http:127.0.0.1', 'http:/127.0.0.1/']);
    for (const path of [
      'direct',
      'redirect',
      'answer, only',
      'answer, mixed',
      'rebound, later',
      'widest range',
    ]) {
      for (const { seen, what } of on(path)) {
        if (path === 'redirect' && harmless.has(what)) continue;
        assert.equal(seen, 'fetch failed', `${path} ${what}`);
      }
    }
    for (const { log, what } of on('direct'))
      assert.match(log.join(), /^denied - .|^failed - ./, what);
  });

  test('asks for a name once, and connects to what was checked', () => {
    for (const { log, what } of on('rebound, at once'))
      assert.deepEqual(log, ['questions 2'], what);
  });

  test('opens neither the machine itself nor metadata to the widest range of an operator', () => {
    for (const { log, what } of on('widest range')) {
      assert.match(
        log.join(),
        /is a loopback address|is an address of this machine|is a metadata service/,
        what,
      );
    }
  });

  test('knows an address that the machine got a moment ago', () => {
    for (const { log } of on('own since 1 hit')) {
      assert.match(log.join(), /is an address of this machine/);
    }
  });
});
