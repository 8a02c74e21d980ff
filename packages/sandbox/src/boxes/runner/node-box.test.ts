import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import os from 'node:os';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { after, describe, it } from 'node:test';
import { noDaemon, startDaemon } from '../../drivers/docker/daemon.support.ts';
import { docker } from '../../drivers/docker/docker.ts';
import { DockerApi } from '../../drivers/docker/api.ts';
import { imageOf } from '../../drivers/docker/image/image.ts';
import { loadImage } from '../../drivers/docker/store.ts';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import type { Driver } from '../../drivers/driver.ts';
import { find } from '../../drivers/find.ts';
import { gvisor } from '../../drivers/gvisor/gvisor.ts';
import { oci } from '../../drivers/oci/oci.ts';
import { fixtureParts } from '../../drivers/fixtures/parts.ts';
import { holdings } from '../../drivers/fixtures/leftovers.ts';
import { giveUp } from '../../drivers/give-up.ts';
import { librariesOf } from '../../walls/libraries.ts';
import { runnerEnclosure } from './enclosure.ts';

const libraries = await librariesOf([fixtureParts.node]);
const bytes = 4 * 2 ** 20;

/** What a program says over the channel of a box of the node engine. */
async function inBoxOf(driver: Driver, script: string, processes = 1): Promise<unknown> {
  const { hasStandardOnly = false } = driver;
  const rest = [
    '-e',
    `const fs = require('fs'); const code = (w) => { try { return w() ?? 'done' } catch (e) { return e.code } };
     for (const each of ['work', 'tmp', 'home']) fs.mkdirSync('/scratch/' + each, { recursive: true });
     (async () => { ${script} })().then((v) => fs.writeSync(${hasStandardOnly ? 1 : 3}, JSON.stringify(v)));`,
  ];
  const spec = { engine: 'node', memoryBytes: bytes, cpuMs: 5_000, processes } as const;
  const given = { ...spec, jitless: false, reusable: false };
  const made = runnerEnclosure(fixtureParts, libraries, given, { rest, hasStandardOnly });
  const enclosure = { ...made, limits: [] };
  const builder = await driver.prepare(enclosure);
  if ('detail' in builder) assert.fail(builder.detail);
  const enclosed = builder.start(enclosure);
  const said = await text(enclosed.watched.ends[3] as Readable);
  const lastWords = await giveUp(enclosed);
  assert.notEqual(said, '', lastWords);
  return JSON.parse(said);
}

/** Every file below a folder that can be opened for writing, but for the null device in another's place. */
const writableBelow = `
  const writable = []; const seen = (p, d) => { for (const e of code(() => fs.readdirSync(p, { withFileTypes: true }))) {
    const q = p + '/' + e.name; if (e.isDirectory()) { if (d < 8) seen(q, d + 1) } else if (!e.isSymbolicLink()) { const c = code(() => fs.closeSync(fs.openSync(q, 'r+'))); if (c === 'done' && (p.startsWith('/dev') || fs.statSync(q).rdev !== 259)) writable.push(q) } } };`;

const noDocker = await noDaemon();
const daemon = noDocker === false ? await startDaemon() : undefined;
after(() => daemon?.[Symbol.asyncDispose]());
if (daemon !== undefined) {
  const spec = {
    engine: 'node',
    memoryBytes: bytes,
    cpuMs: 0,
    jitless: false,
    reusable: false,
  } as const;
  const image = await imageOf(runnerEnclosure(fixtureParts, libraries, spec));
  await loadImage(new DockerApi(daemon.socket), image, 'node-box');
}
const noRuntime = (await find('runc')) === undefined ? 'no runc here' : false;

const noGvisor = (await find('runsc')) === undefined ? 'no runsc here' : false;

/** What differs from a box of bubblewrap, and why that is no hole. */
interface Unlike {
  /** In the root folder and in /etc, besides the parts: empty, or words of the box itself. */
  readonly beside: readonly string[];
  readonly besideEtc: readonly string[];
  /** Devices that can be written to, besides the enclosure's: none leads to the machine. */
  readonly devices: readonly string[];
  /** How a network with nothing in it says so. */
  readonly unreachable: string;
  /** What bounds tasks: the limit of its user, or a cgroup, as the launcher sees it. */
  readonly tasksBy: 'limit' | 'cgroup';
  /** Whether `/proc/stat` tells the processor times of the machine. */
  readonly tellsTimes: boolean;
  /** Whether files name its user and loopback; else the runner does. */
  readonly isNamed: boolean;
  /** Whether `/proc` has limits and counts of its own processes alone: gVisor's own. */
  readonly hasOwnKernel: boolean;
}

const like: Unlike = {
  beside: [],
  besideEtc: [],
  devices: [],
  unreachable: 'ENETUNREACH',
  tasksBy: 'limit',
  tellsTimes: false,
  isNamed: true,
  hasOwnKernel: false,
};
const ofGvisor: Unlike = {
  ...like,
  beside: ['sh', 'sys'],
  devices: ['/dev/pts/ptmx'],
  unreachable: 'EHOSTUNREACH',
  tasksBy: 'cgroup',
  hasOwnKernel: true,
};
const ofDocker: Unlike = {
  ...like,
  beside: ['.dockerenv', 'sys'],
  besideEtc: ['hostname', 'mtab', 'resolv.conf'],
  devices: ['/dev/full', '/dev/pts/ptmx', '/dev/random'],
  tasksBy: 'cgroup',
  tellsTimes: true,
  isNamed: false,
};

const wanted = process.env['CASTELLAN_NODE_BOXES']?.split(',') ?? ['bubblewrap', 'oci', 'docker'];

for (const [driver, skip, unlike] of [
  [bubblewrap(), false, like],
  [oci(), noRuntime, like],
  [gvisor(), noGvisor, ofGvisor],
  [docker({ socket: daemon?.socket ?? '/nowhere' }), noDocker, ofDocker],
] as const) {
  if (wanted.includes(driver.name)) testBoxOf(driver, skip, unlike);
}

function testBoxOf(driver: Driver, skip: string | false, unlike: Unlike): void {
  const inBox = (script: string, processes = 1): Promise<unknown> =>
    inBoxOf(driver, script, processes);

  describe(`the box of the node engine, by ${driver.name}`, { skip }, () => {
    it('holds its parts and nothing else, all of it read-only but one folder', async () => {
      const [root, work, ...codes] = (await inBox(`
      const places = ['/x', '/dev/x', '/etc/hosts', '/castellan/x', '/lib/x', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/scratch/x', '/tmp/x', 'x'];
      process.chdir('/scratch/work');
      return [fs.readdirSync('/'), fs.readdirSync('/scratch'), ...places.map((p) => code(() => fs.writeFileSync(p, 'x')))]`)) as [
        string[],
        string[],
        ...string[],
      ];
      assert.deepEqual(
        root.filter((name) => !/^(?:lib|usr)/.test(name)),
        ['castellan', 'dev', 'etc', 'node', 'proc', 'scratch', 'tmp', ...unlike.beside].toSorted(),
      );
      assert.deepEqual(work, ['home', 'tmp', 'work']);
      assert.deepEqual(codes.slice(-3), ['done', 'done', 'done']);
      for (const code of codes.slice(0, -3)) assert.match(code, /EROFS|EACCES|EPERM|ENOENT/);
    });

    it('lets nothing of the machine be changed through /proc and /dev, whoever the launcher is', async () => {
      const nullDevice = (): unknown[] => {
        const { mode, uid, gid } = statSync('/dev/null');
        return [mode, uid, gid];
      };
      const before = nullDevice();
      const [inProc, inDev, ...codes] = (await inBox(`${writableBelow}
      seen('/proc', 0); const proc = writable.splice(0); seen('/dev', 0);
      const changes = [['chmodSync', 0o777], ['utimesSync', 1, 1], ['chownSync', 0, 0]];
      return [proc, writable, ...['/dev/null', '/proc/sys/kernel/core_pattern', '/proc/cmdline', '/etc/passwd', '/node'].flatMap((p) => changes.map(([f, ...a]) => code(() => fs[f](p, ...a)))),
        code(() => fs.writeFileSync('/dev/null', 'x'))]`)) as [string[], string[], ...string[]];
      assert.deepEqual(inProc, []);
      const devices = ['/dev/null', '/dev/urandom', '/dev/zero', ...unlike.devices];
      assert.deepEqual(inDev.toSorted(), devices.toSorted());
      assert.equal(codes.pop(), 'done');
      // gVisor's devices and /proc are files of its own kernel's: what is done to them reaches no other.
      const changed = unlike.hasOwnKernel ? codes.slice(-6) : codes;
      for (const code of changed) assert.match(code, /EROFS|EACCES|EPERM|ENOENT/);
      assert.deepEqual(nullDevice(), before);
    });

    it('shows its own processes in /proc and nothing of the machine, whoever the launcher is', async () => {
      const [told, cpus, idle, free, limits, comm] = (await inBox(`
      const told = []; const look = (p) => { for (const e of fs.readdirSync(p, { withFileTypes: true })) {
        const q = p + '/' + e.name; if (/^\\d+$/.test(e.name) || e.isSymbolicLink()) continue;
        if (e.isDirectory()) look(q); else { const text = code(() => fs.readFileSync(q, 'latin1')); if (text !== '') told.push(q) } } };
      look('/proc');
      const os = require('os'); const cpus = os.cpus();
      return [told, cpus.map((c) => c.model), cpus.every(({ times }) => Object.values(times).every((t) => t === 0)), os.freemem() > 0 && os.totalmem() > 0 && os.uptime() > 0,
        code(() => fs.readFileSync('/proc/self/limits', 'latin1').length > 0), fs.readFileSync('/proc/' + process.pid + '/comm', 'latin1').length > 0]`)) as [
        string[],
        string[],
        ...(boolean | string)[],
      ];
      const expected = ['cpuinfo', 'loadavg', 'meminfo', 'stat', 'uptime', 'version'];
      const ours = expected.map((name) => `/proc/${name}`);
      if (!unlike.hasOwnKernel) assert.deepEqual(told.toSorted(), ours);
      assert.deepEqual(
        cpus,
        os.cpus().map(({ model }) => (unlike.hasOwnKernel ? 'unknown' : model)),
      );
      assert.deepEqual(
        [idle, free, limits, comm],
        [!unlike.tellsTimes, true, unlike.hasOwnKernel ? 'ENOENT' : true, true],
      );
    });

    it('bounds files by number and by bytes', async () => {
      const [files, size] = (await inBox(`
      let files = 0; const first = code(() => { for (;;) { fs.writeFileSync('/tmp/' + files, ''); files++ } });
      for (let i = 0; i < files; i++) fs.unlinkSync('/tmp/' + i);
      let size = 0; const then = code(() => { const f = fs.openSync('/tmp/big', 'w'); for (;;) size += fs.writeSync(f, Buffer.alloc(65536)) });
      if (first !== 'ENOSPC' || then !== 'ENOSPC') throw new Error(first + then);
      return [files, size]`)) as number[];
      assert.ok(files !== undefined && files > 4_000 && files < 4_096, `${files} files`);
      assert.ok(size !== undefined && size > bytes / 2 && size <= bytes, `${size} bytes`);
    });

    it('executes and maps nothing that was written', async () => {
      assert.deepEqual(
        await inBox(
          `const { spawnSync } = require('child_process'); fs.copyFileSync('/lib/x86_64-linux-gnu/libm.so.6', '/tmp/a.node');
         fs.writeFileSync('/tmp/run', '#!/node', { mode: 0o755 });
         const { signal, stderr } = spawnSync('/node', ['-e', "process.dlopen({ exports: {} }, '/tmp/a.node')"]);
         return [spawnSync('/tmp/run').error?.code, signal === 'SIGSEGV' || /failed to map/.test(String(stderr)), spawnSync('/node', ['-v']).status]`,
          2,
        ),
        ['EACCES', true, 0],
      );
    });

    it('has a network of loopback only, and no process but itself', async () => {
      assert.deepEqual(
        await inBox(`
        const net = require('net');
        const to = (host) => new Promise((ok) => net.connect(9, host, () => ok('connected')).on('error', (e) => ok(e.code)));
        const own = await new Promise((ok) => { const s = net.createServer((c) => c.destroy()).listen(0, '127.0.0.1', () => { const c = net.connect(s.address().port, '127.0.0.1', () => { s.close(); c.destroy(); ok('own') }) }) });
        return [await to('8.8.8.8'), await to('127.0.0.1'), own, code(() => require('os').networkInterfaces()),
          require('child_process').spawnSync('/node').error.code, fs.readdirSync('/proc').filter((n) => /^\\d/.test(n))]`),
        [unlike.unreachable, 'ECONNREFUSED', 'own', 'ERR_SYSTEM_ERROR', 'EPERM', ['1']],
      );
    });

    it('knows itself and its user by name, and nobody else', async () => {
      assert.deepEqual(
        await inBox(`
        const os = require('os'); const { lookup } = require('dns').promises;
        const outcome = (name) => lookup(name).then(({ address }) => address, ({ code }) => code);
        const { username, homedir } = code(() => os.userInfo());
        return [fs.readdirSync('/etc'), await outcome('localhost'), await outcome(os.hostname()), await outcome('example.com'), username, homedir]`),
        [
          ['group', 'hosts', 'nsswitch.conf', 'passwd', ...unlike.besideEtc].toSorted(),
          ...(unlike.isNamed ? ['127.0.0.1', '127.0.0.1'] : ['ENOTFOUND', 'ENOTFOUND']),
          'ENOTFOUND',
          ...(unlike.isNamed ? ['nobody', '/scratch/home'] : [null, null]),
        ],
      );
    });

    // Of the others it is that of their cgroup, which the limits of a run are in.
    if (unlike.tasksBy === 'limit')
      it('has a bound on tasks of its own, for each process that there may be', async () => {
        const read = "return fs.readFileSync('/proc/self/limits', 'utf8')";
        assert.match(String(await inBox(read)), /^Max processes +64 +64 /m);
        assert.match(String(await inBox(read, 16)), /^Max processes +1024 +1024 /m);
      });

    it('leaves no mount, and shows none to this machine while it is there', async () => {
      // A daemon of another test may come or go meanwhile.
      const mounts = (): string[] =>
        readFileSync('/proc/self/mountinfo', 'utf8')
          .split('\n')
          .filter((line) => !line.includes('castellan-dockerd'));
      const before = [holdings(), mounts()];
      const during = inBox('return 1');
      assert.deepEqual(mounts(), before[1]);
      await during;
      assert.deepEqual([holdings(), mounts()], before);
    });
  });
}
