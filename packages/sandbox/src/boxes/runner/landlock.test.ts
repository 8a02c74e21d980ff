// A program in a runner's place: what Landlock refuses where mounts, users and filters would let it through.
import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { EngineName } from '@castellan/protocol';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import type { Driver } from '../../drivers/driver.ts';
import { find } from '../../drivers/find.ts';
import { oci } from '../../drivers/oci/oci.ts';
import { createSandbox } from '../../sandbox.ts';
import { landlockHere } from '../../walls/landlock.ts';
import { loader } from '../../walls/libraries.ts';
import type { Enclosure } from '../enclosure.ts';
import { landlocked } from '../landlocked.ts';
import type { BoxSpec } from './box.ts';
import { librariesFor, runnerEnclosure } from './enclosure.ts';
import { locateParts } from './parts.ts';
import { runners } from './runners.ts';
import { spokenIn } from './spoken.support.ts';

const limits = { memoryBytes: 2 ** 26, cpuMs: 5_000, jitless: false, reusable: false };
const noCrun = (await find('crun')) === undefined ? 'no crun here' : false;
const noRunc = (await find('runc')) === undefined ? 'no runc here' : false;
const skip = (await landlockHere()) === undefined ? 'this kernel has no Landlock' : false;

let folder = '';
let canary = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'castellan-landlock-'));
  canary = join(folder, 'canary');
  await writeFile(canary, 'alive', { mode: 0o644 });
  // Whoever is in the box has to reach it.
  await chmod(folder, 0o755);
});
after(() => rm(folder, { recursive: true }));

const deeds = `
const fs = require('fs'), net = require('net'), { once } = require('events'), { promisify } = require('util');
const tried = async (act) => { try { return (await act()) ?? 'done' } catch (e) { return e.code } };
const all = async (acts) => { const codes = {}; for (const [name, act] of Object.entries(acts)) codes[name] = await tried(act); return codes };
const say = (said) => { fs.writeSync(3, JSON.stringify(said) + '\\n'); setInterval(() => {}, 1e6) };
const reading = { canary: () => void fs.readFileSync('/canary'), 'in another thread': async () => void await promisify(fs.readFile)('/canary'),
  own: () => void fs.readFileSync('/castellan/package.json'), 'what lists folders': () => void fs.readdirSync('/castellan') };
`;

/** What the body finds behind Landlock, or with that wall taken away; a canary is mounted, and no rule names it. */
async function found(
  driver: Driver,
  engine: EngineName,
  isLandlocked: boolean,
  body: string,
  changes: Partial<Enclosure> = {},
): Promise<unknown> {
  const parts = locateParts(engine);
  const spec: BoxSpec = { ...limits, engine };
  const libraries = await librariesFor(parts, engine);
  const rest = ['-e', `${deeds}(async () => { ${body} })().then(say)`];
  const made = runnerEnclosure(parts, libraries, spec, { rest });
  const open = { ...made, ...changes };
  const enclosure: Enclosure = isLandlocked ? landlocked(open) : open;
  const mounts = [...enclosure.mounts, { from: canary, to: '/canary' }];
  return spokenIn(driver, { ...enclosure, mounts });
}

const drivers = [
  { driver: bubblewrap(), skip },
  { driver: oci({ runtime: 'runc' }), skip: skip || noRunc },
  { driver: oci({ runtime: 'crun' }), skip: skip || noCrun },
];

for (const { driver, skip: without } of drivers) {
  describe(`a program behind Landlock, by ${driver.name}`, { skip: without }, () => {
    it('reads in no thread what its mounts would let it read, and lists nothing', async () => {
      const body = 'return all(reading)';
      assert.deepEqual(await found(driver, 'isolate', true, body), {
        canary: 'EACCES',
        'in another thread': 'EACCES',
        own: 'done',
        'what lists folders': 'EACCES',
      });
    });
  });
}

describe('a program behind Landlock', { skip }, () => {
  it('would read all of it, were that wall not there', async () => {
    const codes = await found(bubblewrap(), 'isolate', false, 'return all(reading)');
    assert.deepEqual(new Set(Object.values(codes as object)), new Set(['done']));
  });

  it('with Node writes in its folder only, executes Node only, and may have servers', async () => {
    const body = `
      const server = net.createServer((socket) => socket.end('hi')).listen(0, '127.0.0.1'); await once(server, 'listening');
      return all({ canary: reading.canary, work: () => fs.writeFileSync('/scratch/work/x', 'x'), moved: () => fs.renameSync('/scratch/work/x', '/tmp/x'),
        etc: () => void fs.readFileSync('/etc/hosts'), null: () => fs.writeFileSync('/dev/null', 'x'), self: () => void fs.readFileSync('/proc/self/stat'),
        root: () => void fs.readdirSync('/'), tcp: async () => String((await once(net.connect(server.address().port, '127.0.0.1'), 'data'))[0]) })`;
    const expected = { canary: 'EACCES', work: 'done', moved: 'done', etc: 'done', null: 'done' };
    assert.deepEqual(await found(bubblewrap(), 'node', true, body), {
      ...expected,
      self: 'done',
      root: 'done',
      tcp: 'hi',
    });
  });

  it('opens no port and reaches none, where none is left to it, whatever its filter says', async () => {
    const body = `return all({ bind: () => once(net.createServer().listen(0, '127.0.0.1'), 'listening'),
      connect: () => once(net.connect(1, '127.0.0.1'), 'connect') })`;
    const of = (ports: Enclosure['rights']['ports']): Promise<unknown> =>
      found(bubblewrap(), 'node', true, body, { rights: { programs: ['/node', loader], ports } });
    assert.deepEqual(await of([]), { bind: 'EACCES', connect: 'EACCES' });
    assert.deepEqual(await of(['connect']), { bind: 'EACCES', connect: 'ECONNREFUSED' });
  });

  it('reaches no abstract socket and signals nobody outside, where network and filter would allow it', async () => {
    const name = `\0castellan-landlock-${process.pid}`;
    const server = createServer((socket) => socket.end()).listen(name);
    await once(server, 'listening');
    const body = `return all({ socket: async () => void await once(net.connect(${JSON.stringify(name)}), 'connect'), signal: () => void process.kill(1, 0) })`;
    // Process 1 is bubblewrap then, which was there before the wall.
    const changes = { network: 'machine', hasReaper: true } as const;
    const of = (isLandlocked: boolean): Promise<unknown> =>
      found(bubblewrap(), 'node', isLandlocked, body, changes);
    try {
      assert.deepEqual(await of(true), { socket: 'EPERM', signal: 'EPERM' });
      assert.deepEqual(await of(false), { socket: 'done', signal: 'done' });
    } finally {
      server.close();
    }
  });

  it('is what every run is, and what its layers say', async () => {
    for (const engine of ['isolate', 'node'] as const) {
      await using sandbox = await createSandbox({ engine });
      const { isolation } = await sandbox.run('return 1');
      assert.ok(isolation.layers.includes('landlock'), engine);
    }
  });

  it('is not claimed where its program is not there', async () => {
    const { landlock: _without, ...parts } = locateParts();
    await using box = await runners(bubblewrap(), parts).start({ ...limits, engine: 'isolate' });
    await new Promise((spoken) => box.channel.once('data', spoken));
    const layers = box.proveLayers();
    assert.ok(layers.includes('seccomp') && !layers.includes('landlock'), String(layers));
  });
});
