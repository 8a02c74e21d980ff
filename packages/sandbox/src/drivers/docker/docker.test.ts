import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, createServer as createTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { until } from '../../../../../test/shared/until.support.ts';
import { createSandbox, type SandboxOptions, sync } from '../../index.ts';
import { buildImages } from '../../images.ts';
import { release } from '../../walls/child.ts';
import { locateParts, partsFor } from '../../boxes/runner/parts.ts';
import { policyFor } from '../../modules/modules.ts';
import { defaultFloor } from '@castellan/protocol';
import { defaultBoxUsers } from '@castellan/protocol/kinds';
import { browserEnclosure } from '../../boxes/browser/enclosure.ts';
import { findGatewayBox } from '../../boxes/gateway/enclosure.ts';
import { librariesFor, runnerEnclosure } from '../../boxes/runner/enclosure.ts';
import { runners } from '../../boxes/runner/runners.ts';
import { fixtureParts } from '../fixtures/parts.ts';
import { DockerApi } from './api.ts';
import { containerOf } from './container.ts';
import { noDaemon, startDaemon, type TestDaemon } from './daemon.support.ts';
import { docker } from './docker.ts';
import { loadFor } from './image.support.ts';
import { imageOf } from './image/image.ts';
import { loadImage, sweepImages } from './store.ts';
import { launcherLabel, sweepContainers } from './orphans.ts';

const spec = {
  engine: 'isolate',
  memoryBytes: 2 ** 26,
  cpuMs: 5_000,
  jitless: false,
  reusable: false,
} as const;

const folder = mkdtempSync(join(tmpdir(), 'castellan-docker-test-'));
after(() => rmSync(folder, { recursive: true }));

describe('containerOf', () => {
  const asked = (engine: 'isolate' | 'node'): Record<string, unknown> => {
    const enclosure = runnerEnclosure(fixtureParts, ['/lib/l.so'], { ...spec, engine });
    const config = containerOf(enclosure, 'sha256:1', undefined) as Record<string, unknown>;
    return { ...config, ...(config['HostConfig'] as object) };
  };

  it('asks for a container that has its image and nothing else', () => {
    const config = asked('isolate');
    assert.deepEqual(config['CapDrop'], ['ALL']);
    assert.deepEqual(config['Tmpfs'], {});
    assert.deepEqual(
      [config['User'], config['NetworkMode'], config['ReadonlyRootfs'], config['IpcMode']],
      ['65534:65534', 'none', true, 'none'],
    );
    for (const name of ['Binds', 'Mounts', 'VolumesFrom', 'Devices', 'Privileged', 'PidMode']) {
      assert.equal(config[name], undefined, name);
    }
    const [first, filter] = config['SecurityOpt'] as string[];
    assert.equal(first, 'no-new-privileges');
    assert.match(filter ?? '', /^seccomp=\{"defaultAction":"SCMP_ACT_ERRNO".*18446744073709008895/);
  });

  it('bounds the folder of the node engine, from which nothing can be executed', () => {
    const { Tmpfs } = asked('node') as { Tmpfs: Record<string, string> };
    assert.deepEqual(Object.keys(Tmpfs), ['/scratch']);
    assert.match(Tmpfs['/scratch'] ?? '', /noexec,nosuid,nodev,size=67108864,nr_inodes=4096/);
  });
});

describe('docker says what is missing, and what helps', () => {
  const told = async (socket: string, runtime?: string) => {
    const made = runners(
      docker(runtime === undefined ? { socket } : { socket, runtime }),
      fixtureParts,
    );
    const { ok, detail, fix } = await made.check();
    assert.equal(ok, false);
    return `${detail} FIX ${fix}`;
  };

  it('where there is no socket, a file in its place, or nobody behind it', async () => {
    assert.match(
      await told('/nowhere/docker.sock'),
      /no Docker socket at \/nowhere\/docker\.sock.*docker\.io.*docker\.socket/,
    );
    const file = join(folder, 'file');
    writeFileSync(file, '');
    assert.match(
      await told(file),
      new RegExp(`Nobody listens on the Docker socket ${file}.*systemctl`),
    );
  });

  it('where the daemon is too old, or answers what no daemon does', async () => {
    const socket = join(folder, 'old');
    let answer =
      '{"message":"client version 1.41 is too new. Maximum supported API version is 1.40"}';
    const server = createServer((_, response) => void response.writeHead(400).end(answer));
    await once(server.listen(socket), 'listening');
    try {
      assert.match(
        await told(socket),
        /too old: client version 1\.41.*Maximum.*1\.40 FIX Install Docker 20\.10/,
      );
      answer = 'what?';
      assert.match(
        await told(socket),
        new RegExp(`The Docker daemon at ${socket}: what\\? FIX null`),
      );
    } finally {
      server.close();
    }
  });

  it('for what needs user namespaces inside, or the network of the machine', async () => {
    const chromium = { program: '/chromium', version: '0' };
    const parts = { node: '/node', starter: '/s.js', chromium, flags: [], readable: [], ca: null };
    const kind = browserEnclosure(parts);
    assert.match(JSON.stringify(await docker().prepare(kind)), /boxes of runners only/);
    await assert.rejects(findGatewayBox(docker()), { code: 'isolation_unavailable' });
  });
});

const skip = await noDaemon();

describe('docker, with a daemon', { skip }, () => {
  let daemon: TestDaemon;
  let api: DockerApi;
  before(async () => {
    daemon = await startDaemon({ runtimes: { broken: { path: '/bin/false' } } });
    api = new DockerApi(daemon.socket);
  });
  after(() => daemon[Symbol.asyncDispose]());
  const containers = async (): Promise<unknown[]> =>
    (await api.call('GET', '/containers/json?all=1')) as unknown[];

  it('asks for an image of exactly these files, and for a runtime that the daemon knows', async () => {
    const { socket } = daemon;
    const made = (runtime?: string) =>
      runners(docker(runtime === undefined ? { socket } : { socket, runtime }), fixtureParts);
    const early = await made().check();
    assert.match(early.detail, /has no image of what boxes are made of here, sha256:[0-9a-f]{12}:/);
    assert.equal(early.fix, 'castellan image build');
    await loadFor(socket, fixtureParts, 'isolate');
    assert.equal((await made().check()).ok, true);
    const { detail, fix } = await made('kata').check();
    assert.match(`${detail} FIX ${fix}`, /docker\.runtime.*kata FIX Name it in "runtimes"/);
    const broken = await made('broken').check();
    assert.match(broken.detail, /^The Docker daemon at .*: .*(?:runtime|shim)/);
    assert.deepEqual(await containers(), []);
  });

  it('a launcher that is killed leaves no container, whatever runs in it', async () => {
    const launcher = fileURLToPath(new URL('../fixtures/launcher.ts', import.meta.url));
    const child = spawn(process.execPath, [launcher, 'docker', daemon.socket], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    assert.equal((await containers()).length, 1);
    child.kill('SIGKILL');
    await once(child, 'close');
    await until('the container is gone', async () => (await containers()).length === 0);
  });

  it('a container that has written more than anybody reads can be killed', async () => {
    const flood = 'for (const piece = Buffer.alloc(65536);;) require("fs").writeSync(1, piece)';
    const libraries = await librariesFor(fixtureParts, 'isolate');
    const enclosure = runnerEnclosure(fixtureParts, libraries, spec, { rest: ['-e', flood] });
    const builder = await docker({ socket: daemon.socket }).prepare(enclosure);
    assert.ok('start' in builder, JSON.stringify(builder));
    const { watched, inner, kill } = builder.start(enclosure);
    const { pid = 0 } = (await inner) ?? {};
    let [last, written] = ['', ''];
    await until('it waits for somebody to read', () => {
      [last, written] = [written, readFileSync(`/proc/${pid}/io`, 'latin1')];
      return last === written && /^wchar: \d{6,}$/m.test(written);
    });
    kill();
    await watched.ended;
    await release(watched);
    assert.deepEqual(await containers(), []);
  });

  it('a container that the daemon forgets to remove is asked for again', async () => {
    const forgetful = join(folder, 'forgetful');
    let refused = 0;
    // Takes away that it removes by itself, and refuses the first removal as it does while it is busy.
    const server = createTcp((client) => {
      const real = connect(daemon.socket);
      let head: Buffer | undefined = Buffer.alloc(0);
      client.on('data', (chunk: Buffer) => {
        if (head === undefined) return void real.write(chunk);
        head = Buffer.concat([head, chunk]);
        const asked = head.toString('latin1');
        if (asked.startsWith('DELETE') && refused++ === 0) {
          client.end('HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}');
          return;
        }
        if (/^POST \S+\/create /.test(asked) && !asked.includes('"AutoRemove":true')) return;
        real.write(asked.replace('"AutoRemove":true', '"AutoRemove":null'), 'latin1');
        head = undefined;
      });
      real.pipe(client);
      for (const [one, other] of [
        [client, real],
        [real, client],
      ] as const) {
        one.on('error', () => undefined);
        one.once('close', () => other.destroy());
      }
    });
    await once(server.listen(forgetful), 'listening');
    try {
      const libraries = await librariesFor(fixtureParts, 'isolate');
      const enclosure = runnerEnclosure(fixtureParts, libraries, spec, {
        rest: ['-e', 'for (;;);'],
      });
      const builder = await docker({ socket: forgetful }).prepare(enclosure);
      assert.ok('start' in builder, JSON.stringify(builder));
      for (const ends of ['killed', 'by itself']) {
        const { watched, inner, kill } = builder.start(enclosure);
        const program = await inner;
        if (ends === 'killed') kill();
        else process.kill(program?.pid ?? 0, 'SIGKILL');
        assert.equal((await watched.ended).signal, 'SIGKILL');
        await release(watched);
        assert.deepEqual(await containers(), [], ends);
      }
      assert.ok(refused > 0);
    } finally {
      server.close();
    }
  });

  it('sweepContainers removes those of dead launchers, and nothing else', async () => {
    const enclosure = runnerEnclosure(fixtureParts, [], spec);
    const { id } = await imageOf({ ...enclosure, mounts: [] });
    await loadImage(api, await imageOf({ ...enclosure, mounts: [] }), 'empty');
    const config = containerOf({ ...enclosure, mounts: [] }, id, undefined) as {
      Labels: Record<string, string>;
    };
    const own = config.Labels[launcherLabel] ?? '';
    const dead = own.replace(/-\d+$/, '-1');
    for (const name of [own, dead, '1-1-1']) {
      await api.call('POST', '/containers/create', {
        ...config,
        Labels: { [launcherLabel]: name },
      });
    }
    assert.equal(await sweepContainers(api), 1);
    assert.equal(await sweepContainers(api, (name) => name === own || name === '1-1-1'), 2);
    assert.deepEqual(await containers(), []);
  });

  it('sweepImages removes those whose name another one has now', async () => {
    const file = join(folder, 'content');
    const enclosure = runnerEnclosure(fixtureParts, [], spec);
    const ids: string[] = [];
    for (const text of ['first', 'first', 'second']) {
      writeFileSync(file, text);
      const image = await imageOf({ ...enclosure, mounts: [{ from: file, to: '/content' }] });
      const { wasThere } = await loadImage(api, image, 'swept');
      assert.equal(wasThere, ids.includes(image.id));
      ids.push(image.id);
    }
    assert.equal(await sweepImages(api), 1);
    assert.equal(await sweepImages(api), 0);
    await assert.rejects(api.call('GET', `/images/${ids[0]}/json`), { code: 404 });
  });

  describe('and the images of castellan', () => {
    before(async () => {
      const built: string[] = [];
      await buildImages({ socket: daemon.socket, runtime: null }, ({ name }) => built.push(name));
      assert.deepEqual(
        built,
        ['isolate', 'browser-isolate', 'node'].map((name) => `castellan-box:${name}-no-packages`),
      );
    });
    const open = (engine: 'isolate' | 'node') =>
      createSandbox({
        engine,
        isolation: 'docker',
        docker: { socket: daemon.socket },
        runtime: null,
        helpers: { add: sync((a: number, b: number) => a + b), twice: async (n: number) => 2 * n },
      });

    it('gives each container a user of its own, and scripts the names of it and of loopback', async () => {
      await using sandbox = await open('node');
      const who = `const os = require('os'); const { userInfo } = await import('os');
        const net = require('net');
        const server = net.createServer((socket) => socket.end('own'));
        await new Promise((listening) => server.listen(0, 'localhost', listening));
        const own = await new Promise((said) =>
          net.connect(server.address().port, 'localhost').on('data', (text) => said(String(text))));
        server.close();
        const { lookup } = await import('node:dns/promises');
        return [os.userInfo(), userInfo({ encoding: 'buffer' }).homedir.toString(), own,
          (await lookup(os.hostname())).address]`;
      const runs = await Promise.all([sandbox.run(who), sandbox.run(who)]);
      const users = runs.map(({ status, value, error }) => {
        assert.equal(status, 'succeeded', JSON.stringify(error));
        const [{ uid, ...named }, ...others] = value as [{ uid: number; gid: number }, string];
        assert.deepEqual(
          [named, ...others],
          [
            { gid: uid, username: 'nobody', homedir: '/scratch/home', shell: '/bin/false' },
            '/scratch/home',
            'own',
            '127.0.0.1',
          ],
          JSON.stringify(error),
        );
        return uid;
      });
      assert.equal(new Set(users).size, 2);
      const { first, count } = defaultBoxUsers;
      assert.ok(
        users.every((uid) => uid >= first && uid < first + count),
        String(users),
      );
    });

    for (const engine of ['isolate', 'node'] as const) {
      it(`runs scripts with the engine ${engine}, whose answers come on one stream`, async () => {
        await using sandbox = await open(engine);
        const run = await sandbox.run(
          `const later = []; let sum = 0;
           for (let i = 0; i < 100; i++) { later.push(twice(i)); sum = add(sum, i); }
           console.log('é'.repeat(100_000)); await artifacts.write('a', 'x'.repeat(200_000));
           return [sum, (await Promise.all(later)).reduce((a, b) => a + b), params.length]`,
          { params: 'é'.repeat(100_000) },
        );
        assert.deepEqual(run.value, [4_950, 9_900, 100_000], JSON.stringify(run.error));
        assert.equal(run.artifacts[0]?.sizeBytes, 200_000);
        assert.equal(run.isolation.driver, 'docker');
        assert.ok(run.isolation.layers.includes('dockersocket'));
        assert.ok(run.isolation.layers.includes('hostuser'));
        assert.ok(!run.isolation.layers.includes('userns'));
      });
    }

    it('a script of the node engine has neither the channel nor files of the machine', async () => {
      await using sandbox = await open('node');
      const run = await sandbox.run(
        `const fs = require('fs'); const code = (f) => { try { return f() } catch (e) { return e.code } };
         fs.writeSync(1, 'not a frame');
         return [[0, 1].map((n) => fs.readlinkSync('/proc/self/fd/' + n)), process.cwd(),
           ['/x', '/dev/x', '/etc/hosts', '/castellan/x', '/proc/sys/kernel/hostname', '/dev/shm/x', 'x'].map((p) => code(() => fs.writeFileSync(p, ''))),
           code(() => fs.readFileSync('/etc/resolv.conf', 'utf8')), fs.readdirSync('/sys'), fs.readdirSync('/proc').filter((n) => /^\\d/.test(n))]`,
      );
      assert.equal(run.status, 'succeeded', JSON.stringify(run.error));
      const [links, cwd, codes, resolver, sys, processes] = run.value as string[][];
      assert.deepEqual(
        [links, cwd, sys, processes],
        [['/dev/null', '/dev/null'], '/scratch/work', [], ['1']],
      );
      assert.equal(codes?.pop(), null);
      for (const each of codes ?? [])
        assert.match(each, /^(?:EROFS|EACCES|EPERM|ENOENT|ERR_ACCESS_DENIED)$/);
      assert.equal(resolver, '');
    });

    it('is refused where the floor has what it does not build', async () => {
      const { socket } = daemon;
      const making = createSandbox({
        isolation: 'docker',
        docker: { socket },
        runtime: null,
        floor: ['userns'],
      });
      await assert.rejects(making, {
        code: 'isolation_unavailable',
        message: /below the floor: userns could not be proved/,
        fix: /userns-remap/,
      });
      assert.deepEqual(await containers(), []);
    });
  });
});

/** Somebody who is in the files of every system, and numbers that are given to nobody here. */
const remapped = { user: 'daemon', first: 2_100_000_000 };

describe('docker, with a daemon that makes user namespaces', { skip }, () => {
  const { user, first } = remapped;
  let daemon: TestDaemon;
  before(async () => {
    daemon = await startDaemon({ 'userns-remap': user }, `${user}:${first}:65536\n`);
    for (const engine of ['isolate', 'node'] as const) {
      const located = locateParts(engine, false);
      const policy = policyFor(engine, { runtime: null }, located.runnerDir);
      await loadFor(daemon.socket, partsFor(located, engine, policy), engine);
    }
  });
  after(() => daemon[Symbol.asyncDispose]());
  const open = (options: SandboxOptions) =>
    createSandbox({
      isolation: 'docker',
      docker: { socket: daemon.socket },
      runtime: null,
      ...options,
    });

  it('builds boxes that reach the default floor, each with a user that nobody else is outside', async () => {
    await using sandbox = await open({ engine: 'node', floor: [...defaultFloor, 'hostuser'] });
    const who = `const fs = require('fs'); fs.writeFileSync('a', 'b');
      return [process.getuid(), ...fs.readFileSync('/proc/self/uid_map', 'utf8').trim().split(/ +/)]`;
    const runs = await Promise.all([sandbox.run(who), sandbox.run(who)]);
    const users = runs.map(({ value, error }) => {
      assert.equal(error, null);
      const [own, ...map] = value as [number, ...string[]];
      assert.deepEqual(map, ['0', String(first), '65536']);
      return own;
    });
    assert.equal(new Set(users).size, 2);
    for (const own of users) assert.ok(own >= 30_000 && own < 65_000, String(own));
  });

  it('builds those of the hardened profile', async () => {
    await using sandbox = await open({ hardened: true });
    const { value, isolation } = await sandbox.run('return typeof WebAssembly');
    assert.equal(value, 'undefined');
    assert.ok(isolation.layers.includes('hardened'), String(isolation.layers));
  });
});
