import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import { defaultBoxUsers } from '@castellan/protocol/kinds';
import { bubblewrap } from '../../drivers/bubblewrap/bubblewrap.ts';
import { openNameServer } from '../../egress/fixtures/dns.ts';
import { findGatewayBox } from './enclosure.ts';
import { landlocked } from '../landlocked.ts';
import type { Mount } from '../enclosure.ts';
import { startBoxed } from './start.ts';

/** `tried(act)` gives the code of what `act` throws or rejects with, and 'done' where it does not. */
const prelude = `const fs = require('node:fs'), net = require('node:net'), { once } = require('node:events');
const tried = async (act) => { try { await act(); return 'done' } catch (e) { return e.info?.code ?? e.code ?? e.message } };
const reach = (to) => tried(() => once(net.connect(to), 'connect'));
const all = async (acts) => { const codes = {}; for (const [name, act] of Object.entries(acts)) codes[name] = await tried(act); return codes };
`;

interface Looking {
  readonly look?: (pid: number) => void;
  /** Whether Landlock stands besides the other walls. */
  readonly isLandlocked?: boolean;
  /** What is in the box besides what it was made for. */
  readonly mounts?: readonly Mount[];
}

/**
 * What a program finds that stands where the gateway should: the gateway has fallen, and Node's
 * permissions with it.
 */
async function inBox(
  body: string,
  { look = () => undefined, isLandlocked = false, mounts = [] }: Looking = {},
): Promise<Record<string, unknown>> {
  const box = await findGatewayBox(bubblewrap());
  assert.ok(box.isLandlocked, 'this kernel has no Landlock');
  const script = `${prelude}(async () => { ${body} })().then((said) => fs.writeSync(3, JSON.stringify(said) + '\\n')); setInterval(() => {}, 1e6);`;
  const open = { ...box.enclosure, command: ['/node', '-e', script] } as const;
  const enclosure = isLandlocked ? landlocked(open) : open;
  const started = startBoxed({
    ...box,
    isLandlocked: false,
    enclosure: { ...enclosure, mounts: [...enclosure.mounts, ...mounts] },
  });
  try {
    let said = '';
    for await (const chunk of started.watched.ends[3] as Readable) {
      said += String(chunk);
      if (said.endsWith('\n')) break;
    }
    if (said === '') assert.fail(await started.watched.stderr);
    look(await started.prove());
    return JSON.parse(said) as Record<string, unknown>;
  } finally {
    started.kill();
    await started.release();
  }
}

async function listen(on: string | number): Promise<Server> {
  const server = createServer((socket) => socket.end('hi'));
  if (typeof on === 'string') server.listen(on);
  else server.listen(on, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function assertNone(codes: Record<string, unknown>, expected: RegExp): void {
  assert.ok(Object.keys(codes).length > 0);
  for (const [deed, code] of Object.entries(codes)) assert.match(String(code), expected, deed);
}

describe('a program in the gateway’s place', () => {
  let folder = '';
  let canary = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'castellan-gateway-'));
    canary = join(folder, 'canary');
    await writeFile(canary, 'alive');
  });
  after(() => rm(folder, { recursive: true }));

  it('is a user of its own on the machine, where the launcher is root', async () => {
    let user = NaN;
    await inBox('return {}', {
      look(pid) {
        const status = readFileSync(`/proc/${pid}/status`, 'latin1');
        user = Number(/^Uid:\s+(\d+)/m.exec(status)?.[1]);
      },
    });
    const { first, count } = defaultBoxUsers;
    if (process.geteuid?.() !== 0) assert.equal(user, process.geteuid?.());
    else assert.ok(user >= first && user < first + count, String(user));
  });

  it('finds code and libraries, and no other file of the machine', async () => {
    const { codes, root, castellan, environment } = await inBox(`
      const codes = await all(Object.fromEntries(${JSON.stringify(['/etc/passwd', '/etc/resolv.conf', '/proc/self/status', '/dev/null', '/sys', '/tmp', '/root', '/home', '/run', folder])}
        .concat(${JSON.stringify(canary)}).map((path) => [path, () => fs.statSync(path)])));
      return { codes, root: fs.readdirSync('/'), castellan: fs.readdirSync('/castellan'), environment: Object.keys(process.env) };`);
    assertNone(codes as Record<string, unknown>, /^ENOENT$/);
    const expected = ['castellan', 'landlock', 'lib', 'lib64', 'node', 'usr'];
    assert.deepEqual(
      (root as string[]).filter((name) => !expected.includes(name)),
      [],
    );
    assert.deepEqual(castellan, ['egress', 'node_modules', 'package.json']);
    assert.deepEqual(environment, ['PWD']);
  });

  it('writes nowhere', async () => {
    const codes = await inBox(`
      const own = fs.readdirSync('/castellan/egress').map((name) => '/castellan/egress/' + name);
      const places = ['/x', '/castellan/x', '/castellan/egress/x', '/castellan/node_modules/x', '/node', '/tmp/x', '/dev/shm/x', '/dev/null', '/proc/self/oom_score_adj', ...own];
      return all({ ...Object.fromEntries(places.map((path) => ['write ' + path, () => fs.writeFileSync(path, 'x')])),
        mkdir: () => fs.mkdirSync('/d'), chmod: () => fs.chmodSync('/node', 0o777), unlink: () => fs.unlinkSync('/castellan/package.json'),
        rename: () => fs.renameSync('/castellan', '/c'), symlink: () => fs.symlinkSync('/node', '/l'), utimes: () => fs.utimesSync('/node', 1, 1) })`);
    assertNone(codes, /^(?:EPERM|EROFS|ENOENT)$/);
  });

  it('reads no file that a mount brought by mistake, and lists no folder, by Landlock', async () => {
    const body = `return all({ canary: () => fs.readFileSync('/canary'), list: () => fs.readdirSync('/castellan'),
      own: () => fs.readFileSync('/castellan/package.json'), node: () => fs.closeSync(fs.openSync('/node')) })`;
    const mounts = [{ from: canary, to: '/canary' }];
    assert.deepEqual(await inBox(body, { mounts, isLandlocked: true }), {
      canary: 'EACCES',
      list: 'EACCES',
      own: 'done',
      node: 'done',
    });
    const { canary: read, list } = await inBox(body, { mounts });
    assert.deepEqual([read, list], ['done', 'done']);
  });

  it('starts nothing, and signals nobody', async () => {
    const codes = await inBox(`
      const { spawnSync } = require('node:child_process');
      const start = (program) => { const { error } = spawnSync(program, ['-e', '0']); if (error) throw error };
      return all({ node: () => start('/node'), shell: () => start('/bin/sh'),
        launcher: () => process.kill(${process.pid}, 0), parent: () => process.kill(process.ppid, 0), all: () => process.kill(-1, 0) })`);
    assertNone(codes, /^(?:EPERM|ENOENT|ESRCH)$/);
    assert.equal(codes['node'], 'EPERM');
  });

  it('reaches no Unix socket of the machine, on a path or an abstract name', async () => {
    const abstract = `\0castellan-canary-${process.pid}`;
    const path = join(folder, 'socket');
    let reached = 0;
    const servers = [await listen(abstract), await listen(path)];
    for (const server of servers) server.on('connection', () => (reached += 1));
    const body = `return { abstract: await reach({ path: ${JSON.stringify(abstract)} }), path: await reach({ path: ${JSON.stringify(path)} }) }`;
    const codes = await inBox(body);
    assert.equal(reached, 0);
    assertNone(codes, /^EPERM$/);
    // The same program outside of the box reaches both.
    const { stdout } = spawnSync(
      process.execPath,
      [
        '-e',
        `${prelude}(async () => { ${body} })().then((said) => { console.log(JSON.stringify(said)); process.exit() })`,
      ],
      { encoding: 'utf8' },
    );
    assert.deepEqual(JSON.parse(stdout), { abstract: 'done', path: 'done' });
    for (const server of servers) server.close();
  });

  it('is a client and nothing else: it listens nowhere, and asks the kernel for no network table', async () => {
    const codes = await inBox(`
      const { createSocket } = require('node:dgram');
      const listen = (...on) => async () => { await once(net.createServer().listen(...on), 'listening') };
      return all({ tcp: listen(0, '127.0.0.1'), tcp6: listen(0, '::1'), unix: listen('\\0castellan-intruder'),
        udp: async () => { await once(createSocket('udp4').bind(0, '127.0.0.1'), 'listening') },
        netlink: () => require('node:os').networkInterfaces() })`);
    // libuv has no name for the error of its netlink socket, which is EPERM.
    assertNone(codes, /^(?:EPERM|Unknown system error 1)$/);
  });

  it('has the machine’s network: loopback, over TCP and for names', async () => {
    await using names = await openNameServer(() => ['127.0.0.1']);
    const server = await listen(0);
    const { port } = server.address() as AddressInfo;
    const { tcp, dns } = await inBox(`
      const { Resolver } = require('node:dns').promises; const resolver = new Resolver(); resolver.setServers(['${names.server}']);
      return { tcp: await reach({ port: ${port}, host: '127.0.0.1' }), dns: await resolver.resolve4('site.test') }`);
    server.close();
    assert.equal(tcp, 'done');
    assert.deepEqual(dns, ['127.0.0.1']);
  });
});
