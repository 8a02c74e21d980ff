/** Proofs that the oracle can say no, and that the programs find a way out where there is one. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createSandbox } from '@castellan/sandbox';
import { setCanaries } from './canaries.support.ts';
import {
  descendants,
  holdings,
  survivors,
} from '../../packages/sandbox/src/drivers/fixtures/leftovers.ts';
import { isOften, programsOf } from './catalogue.support.ts';
import { buildNative } from './native/native.support.ts';
import { leaksIn, prototypeKeys } from './oracle.support.ts';
import { openSite } from './site.support.ts';
import { watchLauncher } from './watch.support.ts';

const attacks = await programsOf(['a-realm']);
/** Of the kernel's, `npm test` has some; `CASTELLAN_PROGRAMS=all` takes every one. */
const isLong = process.env['CASTELLAN_PROGRAMS'] === 'all';
const kernelAttacks = await programsOf(
  ['node-engine'],
  (row) => row.beatsNode === true && (isLong || isOften(row)),
);

describe('node:vm with the host within reach', () => {
  for (const { name, source, beatsVm } of attacks) {
    if (beatsVm !== true || typeof source === 'string') continue;
    it(`${name} gets out, and the oracle sees it`, async () => {
      await using canaries = await setCanaries();
      const params = { targets: canaries.targets };
      const input = JSON.stringify({ files: source.files, params, secret: canaries.values.helper });
      const leaky = join(import.meta.dirname, 'fixtures/leaky-vm.ts');
      const child = spawn(process.execPath, [leaky], { stdio: ['pipe', 'pipe', 'inherit'] });
      child.stdin.end(input);
      const [chunks] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
      const output = chunks.join('');
      const leaks = leaksIn(output, canaries);
      for (const place of ['file', 'env'])
        assert.ok(leaks.includes(`the canary of the ${place}`), output.slice(0, 2_000));
      assert.ok(canaries.connections() > 0, 'nobody visited the listener');
    });
  }
});

describe('Node with the namespaces of a box, and none of its other walls', () => {
  /** Of its own, so that what a program leaves in the kernel is gone with it. */
  const apart = [
    '--ipc',
    '--uts',
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
  ];
  const possible = spawnSync('unshare', [...apart, 'true']).status === 0;
  const skip = possible ? false : 'needs unshare, and root';
  let native: Awaited<ReturnType<typeof buildNative>>;
  before(async () => void (native = await buildNative()));
  after(() => native[Symbol.dispose]());
  for (const { name, source } of kernelAttacks) {
    if (typeof source === 'string') continue;
    it(`${name} gets what it asks for, and the oracle sees it`, { skip }, async (t) => {
      await using canaries = await setCanaries();
      const cwd = mkdtempSync(join(tmpdir(), 'castellan-open-'));
      t.after(() => rmSync(cwd, { recursive: true }));
      const { targets } = canaries;
      const input = { files: source.files, params: { targets }, native: native.folder };
      const open = join(import.meta.dirname, 'fixtures/open-node.ts');
      const child = spawn('unshare', [...apart, process.execPath, open], {
        cwd,
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      child.stdin.end(JSON.stringify(input));
      const [chunks] = await Promise.all([child.stdout.toArray(), once(child, 'exit')]);
      const output = chunks.join('');
      const { reached } = JSON.parse(output) as { reached: string[] };
      assert.ok(reached.length > 0 || leaksIn(output, canaries, true).length > 0, output);
    });
  }
});

describe('rules that let everything through', () => {
  for (const program of ['01-spellings.js', '02-redirects.js', '05-secret-sent-on.js']) {
    it(`e-network/${program} gets through, and the oracle sees it`, async () => {
      await using canaries = await setCanaries();
      const { values, targets } = canaries;
      await using site = await openSite(values.secret);
      const [attack] = await programsOf(['e-network'], (row) => row.program === program);
      const everywhere = [targets.port, site.port].flatMap((port) =>
        ['127.0.0.1', 'localhost'].map((host) => `${host}:${port}`),
      );
      await using sandbox = await createSandbox({
        network: {
          allow: everywhere,
          allowPrivate: ['127.0.0.0/8', '::1/128'],
          secrets: {
            '{{bound}}': { value: values.secret, hosts: everywhere, headers: ['cookie', 'x-own'] },
          },
        },
      });
      const params = { targets: { ...targets, site: site.port } };
      const { value } = await sandbox.run(attack!.source, { params });
      const isSent = JSON.stringify(value).includes('/wrong');
      assert.ok(canaries.connections() > 0 || isSent, JSON.stringify(value));
    });
  }
});

describe('oracle', () => {
  it('leaksIn names every canary, host path and host frame, and nothing else', async () => {
    await using canaries = await setCanaries();
    for (const [place, value] of Object.entries(canaries.values)) {
      assert.deepEqual(leaksIn(JSON.stringify({ deep: [`x${value}x`] }), canaries), [
        `the canary of the ${place}`,
      ]);
    }
    const frames = [
      'at f (node:internal/x:1:2)',
      'at node:fs:1:2',
      'at async f (file:///a/b.js:1:2)',
      'at /app/runner.js:1:2',
      'at new X (/app/bundle.js:12:84)',
      'at (<isolated-vm boundary>)',
    ];
    for (const frame of frames) {
      const { length } = leaksIn(JSON.stringify({ stack: `Error: x\n    ${frame}` }), canaries);
      assert.equal(length, 1, frame);
    }
    assert.notDeepEqual(leaksIn(`cannot open ${import.meta.filename}`, canaries), []);
    const clean = JSON.stringify({
      stack: 'Error: look at node:fs\n    at execute (attack.js:1:2)\n    at <anonymous>',
      said: canaries.targets,
    });
    assert.deepEqual(leaksIn(clean, canaries), []);
  });

  it('prototypeKeys changes with every kind of pollution', () => {
    const first = prototypeKeys();
    for (const place of [
      Object.prototype,
      Array.prototype,
      Promise.prototype,
      Function.prototype,
      globalThis,
    ]) {
      Object.defineProperty(place, 'polluted', { value: 1, configurable: true });
      assert.notDeepEqual(prototypeKeys(), first);
      Reflect.deleteProperty(place, 'polluted');
      assert.deepEqual(prototypeKeys(), first);
    }
  });

  it('holdings sees a process, a descriptor and a folder; survivors sees what lives', async (t) => {
    const temporary = mkdtempSync(join(tmpdir(), 'castellan-'));
    t.after(() => rmSync(temporary, { recursive: true }));
    t.mock.property(process, 'env', { ...process.env, TMPDIR: temporary });
    const first = holdings();
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    await once(child, 'spawn');
    const lines = descendants();
    assert.equal(survivors(lines).length, 1);
    assert.notDeepEqual(holdings(), first);
    child.kill();
    await once(child, 'exit');
    assert.deepEqual(survivors(lines), []);
    const descriptor = openSync(import.meta.filename, 'r');
    assert.notDeepEqual(holdings(), first);
    closeSync(descriptor);
    const folder = mkdtempSync(join(tmpdir(), 'castellan-'));
    assert.notDeepEqual(holdings(), first);
    rmSync(folder, { recursive: true });
    assert.deepEqual(holdings(), first);
  });

  it('the listener counts its visitors', async () => {
    await using canaries = await setCanaries();
    const socket = connect(canaries.targets.port, '127.0.0.1');
    await once(socket, 'close');
    assert.equal(canaries.connections(), 1);
  });

  it('watchLauncher measures growth and stalls', async () => {
    using watch = watchLauncher();
    const kept = Buffer.alloc(300 * 2 ** 20, 1);
    const until = performance.now() + 300;
    while (performance.now() < until);
    await wait(50);
    const { rssGrowthBytes, stallMs } = watch.strain();
    assert.ok(rssGrowthBytes > 250 * 2 ** 20 && kept.length > 0);
    assert.ok(stallMs > 200);
  });
});
