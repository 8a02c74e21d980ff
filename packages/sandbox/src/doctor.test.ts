import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { examine } from './doctor.ts';
import { browserRow } from './doctor/browser.ts';
import { egressRow } from './doctor/egress.ts';
import { fontsRow, rowOf } from './doctor/fonts.ts';
import { intruderRow } from './doctor/intruder.ts';
import { detailsRow } from './doctor/details.ts';
import { trialRows } from './doctor/trials.ts';
import { defaultFloor } from '@castellan/protocol';
import { layerRows } from './doctor/layers.ts';
import { none } from './drivers/none/none.ts';
import { locateParts } from './boxes/runner/parts.ts';
import type { RunHandle } from './run/handle.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

test('examine finds this machine fit and leaves nothing behind', async (t) => {
  // Somebody else may examine this machine at the same time.
  const { TMPDIR } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'castellan-test-'));
  process.env['TMPDIR'] = folder;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = TMPDIR;
    rmSync(folder, { recursive: true });
  });
  const { ok, rows } = await examine();
  assert.deepEqual(
    rows.filter(({ state }) => state === 'missing'),
    [],
  );
  assert.equal(ok, true);
  assert.deepEqual(readdirSync(folder), []);
});

test('intruderRow names everything that a box without walls lets through', async () => {
  const { state, detail } = await intruderRow(locateParts(), none);
  assert.equal(state, 'missing');
  const deeds = ['read a file', 'read /etc/passwd', 'write a file', 'write beside itself'];
  for (const deed of [
    ...deeds,
    'start a program',
    'see a process of this machine',
    'reach a port',
  ]) {
    assert.match(detail, new RegExp(`\\b${deed}\\b`));
  }
});

test('browserRow says what is there, and which line mends it when there is nothing', async () => {
  const { state, detail } = await browserRow();
  assert.equal(state, 'ok');
  assert.match(detail, /own sandbox on/);
  const absent = await browserRow('/nowhere/chromium');
  assert.equal(absent.state, 'weak');
  assert.match(absent.fix ?? '', /apt-get install chromium/);
});

test('fontsRow says what pages show, and which line mends what they do not', async () => {
  const { state, detail } = await fontsRow();
  assert.ok(state === 'ok' || state === 'weak', detail);
  assert.match(detail, /^Pages show .*emoji|^Pages show boxes/);
  assert.equal((await fontsRow('/nowhere/chromium')).state, 'info');
  const lacking = rowOf(['かな', '한글', 'กท']);
  assert.equal(lacking.state, 'weak');
  assert.match(lacking.detail, /in the place of Japanese, Korean, Thai:/);
  assert.equal(
    lacking.fix,
    'sudo apt-get install fontconfig fonts-wqy-microhei fonts-tlwg-garuda-ttf',
  );
});

test('egressRow says that the gateway has a box, and which line mends it when it has none', async () => {
  const { state, detail } = await egressRow();
  assert.equal(state, 'ok');
  assert.match(detail, /a box of its own/);
  const absent = await egressRow({ bwrap: '/nowhere/bwrap' });
  assert.equal(absent.state, 'weak');
  assert.match(absent.detail, /no network: The program \/nowhere\/bwrap was not found/);
  assert.match(absent.fix ?? '', /apt-get install bubblewrap/);
});

test('layerRows is missing for a layer of the floor and weak for another', () => {
  for (const { name, state } of layerRows([])) {
    assert.equal(state, defaultFloor.some((layer) => layer === name) ? 'missing' : 'weak', name);
  }
  for (const { name, state } of layerRows(null)) assert.notEqual(state, 'ok', name);
  const nesting = layerRows([]).find(({ name }) => name === 'nouserns');
  assert.match(nesting?.detail ?? '', /The filter alone refuses user namespaces/);
  assert.match(nesting?.fix ?? '', /systempaths=unconfined/);
  const found = layerRows(['netns']).find(({ name }) => name === 'netns');
  assert.equal(found?.state, 'ok');
});

test('trialRows is missing where limits do not fire and the isolate lets go of Node', async () => {
  await using sandbox = await createSandbox({ warm: 0 });
  // Whatever is asked for, this sandbox runs a script that reaches what it wants at once.
  const toothless: Sandbox = {
    ...sandbox,
    run: (): RunHandle => sandbox.run('return ["process"]'),
  };
  const rows = await trialRows(toothless);
  assert.deepEqual(
    rows.map(({ name, state }) => [name, state]),
    ['memory limit', 'wall limit', 'cpu limit', 'isolate'].map((name) => [name, 'missing']),
  );
});

test('detailsRow is ok where the console knows promises, and says what to install where it does not', async () => {
  await using sandbox = await createSandbox({ warm: 0 });
  const found = await detailsRow(sandbox);
  assert.deepEqual([found.state, found.fix], ['ok', null], found.detail);
  // Whatever is printed, this console knows no more than that of a build without the add-on.
  const ignorant: Sandbox = {
    ...sandbox,
    run: (): RunHandle => sandbox.run('console.log("Promise { <state unknown> }")'),
  };
  const absent = await detailsRow(ignorant);
  assert.equal(absent.state, 'weak');
  assert.match(absent.detail, /no states of promises/);
  assert.match(absent.fix ?? '', /apt-get install g\+\+/);
});
