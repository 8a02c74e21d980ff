import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../shared/until.support.ts';

/** Why OpenStack Swift cannot be started here; false if it can. */
export const noSwift = [
  '/usr/bin/swift-proxy-server',
  '/usr/bin/swift-object-server',
  '/usr/bin/memcached',
].every((name) => existsSync(name))
  ? false
  : 'a strict server of S3 takes Swift: apt-get install --no-install-recommends swift-proxy swift-account swift-container swift-object memcached';

/** OpenStack Swift with its S3 API, in a folder of a test. */
export interface Swift extends AsyncDisposable {
  readonly endpoint: string;
  /** Whom it knows. */
  readonly env: Readonly<Record<string, string>>;
}

const user = { id: 'test:tester', secret: 'testing' } as const;

/** Starts memcached, the three back ends and the proxy, as the user of this process. */
export async function startSwift(): Promise<Swift> {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-swift-'));
  const children: ChildProcess[] = [];
  await using opened = new AsyncDisposableStack();
  opened.defer(() => rmSync(folder, { recursive: true }));
  opened.defer(async () => {
    const alive = children.filter(({ exitCode }) => exitCode === null);
    const ends = alive.map((child) => once(child, 'exit'));
    for (const child of alive) child.kill('SIGTERM');
    await Promise.all(ends);
  });
  const start = (program: string, ...args: string[]): void => {
    const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
    children.push(child);
  };
  const [cache, account, container, object, proxy] = await freePorts(5);
  mkdirSync(join(folder, 'devices', 'd1'), { recursive: true });
  const write = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  write('swift.conf', '[swift-hash]\nswift_hash_path_suffix = of-a-test\n');
  const owner = execFileSync('id', ['-un'], { encoding: 'utf8' }).trim();
  const common = (port: number | undefined): string =>
    `[DEFAULT]\nbind_ip = 127.0.0.1\nbind_port = ${port}\nswift_dir = ${folder}\ndevices = ${folder}/devices\nmount_check = false\nworkers = 0\nuser = ${owner}\n`;
  start('/usr/bin/memcached', '-l', '127.0.0.1', '-p', String(cache), '-U', '0', '-u', owner);
  for (const [name, port] of [
    ['account', account],
    ['container', container],
    ['object', object],
  ] as const) {
    const ring = (...args: string[]): Buffer =>
      execFileSync('/usr/bin/swift-ring-builder', [join(folder, `${name}.builder`), ...args]);
    ring('create', '4', '1', '0');
    ring('add', `r1z1-127.0.0.1:${port}/d1`, '1');
    ring('rebalance');
    const config = `${common(port)}[pipeline:main]\npipeline = ${name}-server\n[app:${name}-server]\nuse = egg:swift#${name}\n`;
    start(`swift-${name}-server`, write(`${name}.conf`, config));
  }
  start('swift-proxy-server', write('proxy.conf', common(proxy) + proxyConfig(cache)));
  const endpoint = `http://127.0.0.1:${proxy}`;
  // The back ends answer too once accounts can be listed.
  await until('Swift answers', async () => {
    const dead = children.find(({ exitCode }) => exitCode !== null);
    if (dead !== undefined) throw new Error(`${dead.spawnfile} has ended`);
    const asking = { headers: { 'x-auth-user': user.id, 'x-auth-key': user.secret } };
    const told = await fetch(`${endpoint}/auth/v1.0`, asking).catch(() => undefined);
    const token = told?.headers.get('x-auth-token') ?? '';
    if (token === '') return false;
    const url = `${endpoint}/v1/AUTH_test/ready`;
    const answer = await fetch(url, { method: 'PUT', headers: { 'x-auth-token': token } });
    return answer.ok;
  });
  const held = opened.move();
  return {
    endpoint,
    env: { CASTELLAN_S3_ACCESS_KEY_ID: user.id, CASTELLAN_S3_SECRET_ACCESS_KEY: user.secret },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

function proxyConfig(cache: number | undefined): string {
  const filters = ['catch_errors', 'listing_formats', 'bulk', 's3api', 'slo', 'dlo'];
  return `[pipeline:main]
pipeline = catch_errors listing_formats cache bulk s3api tempauth slo dlo proxy-server
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:${cache}
[filter:tempauth]
use = egg:swift#tempauth
user_${user.id.replace(':', '_')} = ${user.secret} .admin
${filters.map((name) => `[filter:${name}]\nuse = egg:swift#${name}\n`).join('')}[app:proxy-server]
use = egg:swift#proxy
allow_account_management = true
account_autocreate = true
`;
}

async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}
