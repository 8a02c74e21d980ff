// The first hour of a stranger on a bare Debian 12, and on a system like Ubuntu: the commands of the README and of
// the guide, by an ordinary user, and the service below a real systemd.
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Registry, startRegistry } from '../../packed/registry.support.ts';
import { until } from '../../shared/until.support.ts';
import { type Ended, Machine, noMachine } from './machine.support.ts';

const root = join(import.meta.dirname, '../../..');
const skip = noMachine();
const [, installing = ''] =
  /## Install\n\n```sh\n([^`]*)```/.exec(readFileSync(join(root, 'README.md'), 'utf8')) ?? [];
/** The commands of the README's block, without comments; root needs no sudo. */
const [aptLine = '', npmLine = '', doctorLine = '', runLine = ''] = installing
  .split('\n')
  .map((line) => line.replace(/\s+#.*$/, '').replace(/^sudo /, ''));

let registry: Registry;
let machine: Machine;
before(async () => {
  if (skip !== false) return;
  registry = await startRegistry();
  machine = await Machine.start({
    npm_config_registry: registry.url,
    npm_config_update_notifier: 'false',
    DEBIAN_FRONTEND: 'noninteractive',
  });
});
after(async () => {
  if (skip !== false) return;
  await machine[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

function good({ code, stdout, stderr }: Ended): string {
  assert.equal(code, 0, `${stdout}\n${stderr}`);
  return stdout;
}

/** What a program on the machine gets for a script, from a service there. */
const ask = (port: number, body: object = { code: 'return params.a + 1', params: { a: 41 } }) =>
  machine.ann(
    `node --input-type=module -e "
      const headers = { 'content-type': 'application/json', prefer: 'wait=30' };
      const body = Buffer.from('${Buffer.from(JSON.stringify(body)).toString('base64')}', 'base64');
      const answer = await fetch('http://127.0.0.1:${port}/v1/runs', { method: 'POST', headers, body });
      const { value, isolation } = await answer.json();
      console.log(answer.status, value, isolation.driver);"`,
  );

async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test('the README has four lines to install and to try', () => {
  assert.match(aptLine, /^apt-get install /);
  assert.match(npmLine, /^npm install --global castellan$/);
  assert.equal(doctorLine, 'castellan doctor');
  assert.equal(runLine, 'castellan run hello.ts');
});

test('npm installs the command on a bare system', { skip }, async () => {
  good(await machine.root(npmLine));
  assert.match(good(await machine.ann('castellan --version')), /^\d+\.\d+\.\d+\n$/);
});

test(
  'without bubblewrap, doctor and run say what is missing and how to get it',
  { skip },
  async () => {
    const doctor = await machine.ann(doctorLine);
    assert.equal(doctor.code, 1, doctor.stdout);
    assert.match(doctor.stdout, /bwrap was not found[^]*apt-get install bubblewrap util-linux/);
    const run = await machine.ann('echo 1 | castellan run -');
    assert.equal(run.code, 4, run.stderr);
    assert.match(run.stderr, /bwrap was not found[^]*fix: apt-get install bubblewrap util-linux/);
    assert.doesNotMatch(run.stderr, /\n {4}at |fault of castellan itself/);
  },
);

test('with it, doctor is content, and an ordinary user runs a script', { skip }, async () => {
  good(await machine.root(`apt-get update && ${aptLine} --yes`));
  good(await machine.ann(doctorLine));
  writeFileSync(
    join(machine.folder, 'home/ann/hello.ts'),
    "const who: string = 'Ada'; return `Hello, ${who}!`",
  );
  assert.equal(good(await machine.ann(runLine)), '"Hello, Ada!"\n');
  const script = 'echo \'return require("node:os").EOL\' | castellan run - --engine node';
  assert.equal(good(await machine.ann(script)), '"\\n"\n');
});

test('castellan serve answers the first request of an ordinary user', { skip }, async () => {
  const port = await freePort();
  good(
    await machine.ann(
      `(castellan serve --port ${port} >serve.out 2>serve.err & echo $! >serve.pid)`,
    ),
  );
  await until('the service listens', async () => (await ask(port)).code === 0);
  assert.equal(good(await ask(port)), '200 42 bubblewrap\n');
  good(await machine.ann('kill $(cat serve.pid)'));
  await until(
    'the service has stopped',
    async () => (await machine.ann('grep stopped serve.err')).code === 0,
  );
});

test('the unit of systemd is valid, starts, serves and stops', { skip }, async () => {
  const port = await freePort();
  const etc = join(machine.folder, 'etc');
  copyFileSync(
    join(root, 'deploy/systemd/castellan.service'),
    join(etc, 'systemd/system/castellan.service'),
  );
  mkdirSync(join(etc, 'castellan'), { recursive: true });
  writeFileSync(
    join(etc, 'castellan/castellan.config.ts'),
    "import { defineConfig } from 'castellan';\nexport default defineConfig({ policies: { default: { warm: 1 }, full: { engine: 'node', warm: 0 } } });\n",
  );
  writeFileSync(join(etc, 'castellan/environment'), `CASTELLAN_PORT=${port}\n`);
  good(
    await machine.root(
      'useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin castellan',
    ),
  );
  const verified = await machine.root('systemd-analyze verify castellan.service');
  assert.deepEqual([verified.code, verified.stderr], [0, '']);
  good(await machine.root('systemctl daemon-reload && systemctl start castellan'));
  await until('the unit answers', async () => {
    const { stdout } = await machine.root('systemctl is-failed castellan');
    assert.notEqual(stdout, 'failed\n', (await machine.root('journalctl -u castellan')).stdout);
    return (await ask(port)).code === 0;
  });
  assert.equal(good(await ask(port)), '200 42 bubblewrap\n');
  const code = "import _ from 'lodash'; export default () => _.sum([40, 2]);";
  assert.equal(good(await ask(port, { code, policy: 'full' })), '200 42 bubblewrap\n');
  good(await machine.root('test -d /var/cache/castellan/packages'));
  good(await machine.root('systemctl stop castellan'));
  const log = good(await machine.root('journalctl --output=cat -u castellan'));
  assert.match(log, /"signal":"SIGTERM".*"msg":"draining"[^]*"msg":"stopped"/);
});

test(
  'where AppArmor restricts user namespaces, doctor and run say so, and how to mend it',
  { skip },
  async () => {
    for (const command of [doctorLine, runLine]) {
      const { code, stdout, stderr } = await machine.annRestricted(command);
      assert.notEqual(code, 0, command);
      const said = stdout + stderr;
      assert.match(said, /User namespaces cannot be made/);
      assert.match(said, /kernel\.apparmor_restrict_unprivileged_userns=0, or an AppArmor profile/);
      assert.doesNotMatch(said, /\n {4}at |fault of castellan itself/);
    }
  },
);
