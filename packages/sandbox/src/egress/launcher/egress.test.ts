import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ProcessView } from '../../walls/procfs.ts';
import { holdings } from '../../drivers/fixtures/leftovers.ts';
import { openEgress } from './egress.ts';
import { NetworkError } from './request.ts';
import { ask, begin, loopback } from '../fixtures/ask.ts';
import { openBoxed } from '../fixtures/open.ts';
import { serve } from '../fixtures/serve.ts';
import { until } from '../../../../../test/shared/until.support.ts';

for (const [where, open] of [
  ['in a box', openBoxed],
  ['without a box', openEgress],
] as const) {
  describe(`openEgress ${where}`, () => {
    test('starts a process without environment, with no descriptor of this process but its channel', async () => {
      await using egress = await open();
      const { pid } = egress;
      assert.ok(pid !== undefined);
      // bubblewrap says where it put the program.
      assert.match(readFileSync(`/proc/${pid}/environ`, 'latin1'), /^(?:PWD=\/\0)?$/);
      const command = readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0');
      assert.ok(command.includes('--permission') && command.includes('--disable-sigusr1'));
      assert.ok(
        !command.some((part) => /allow-(?:fs-write|child|worker|addons|wasi|inspector)/.test(part)),
      );
      const links = readdirSync(`/proc/${pid}/fd`).map((fd) =>
        readlinkSync(`/proc/${pid}/fd/${fd}`),
      );
      assert.equal(
        links.filter((link) => link.startsWith('socket:')).length,
        2,
        'standard error and the channel',
      );
      const files = links.filter((link) => link.startsWith('/') && link !== '/dev/null');
      // libuv keeps a descriptor in reserve: of /dev/null, or of the root that it has, here the box's. Behind
      // Landlock it has none.
      const reserve = readdirSync(`/proc/${pid}/fd`).find(
        (fd) => readlinkSync(`/proc/${pid}/fd/${fd}`) === '/',
      );
      const allowed = where === 'in a box' ? ['/'] : [];
      assert.deepEqual(
        files.filter((file) => !allowed.includes(file)),
        [],
      );
      if (reserve !== undefined) {
        assert.ok(!readdirSync(`/proc/${pid}/fd/${reserve}`).includes('etc'));
      }
    });

    test('gives up a gateway that is not ready in time, and says which option that is', async () => {
      await assert.rejects(open({ startMs: 1 }), {
        message: /the gateway: it was not ready after 1 ms, which is boxStartMs/,
      });
    });

    test('leaves no process and no descriptor', async () => {
      await using server = await serve((_request, response) => response.end('x'));
      const openAndUse = async (): Promise<void> => {
        await using egress = await open();
        await using run = egress.forRun(loopback([server.port]));
        await ask(run, server.url);
        begin(run, server.url).response.catch(() => undefined);
      };
      await openAndUse();
      await until('all connections are closed', () =>
        server.connections.every(({ closed }) => closed),
      );
      const before = holdings();
      await openAndUse();
      await until('all connections are closed', () =>
        server.connections.every(({ closed }) => closed),
      );
      assert.deepEqual(holdings(), before);
    });

    test('refuses a policy at once, and says what is wrong with it', async () => {
      await using egress = await open();
      assert.throws(
        () => egress.forRun({ allow: ['https://x'], networkRequests: 1, networkBytes: 1 }),
        { code: 'invalid_option' },
      );
    });

    test('ends what is under way when it is closed', async () => {
      await using server = await serve(() => undefined);
      const egress = await open();
      const run = egress.forRun(loopback([server.port]));
      const exchange = begin(run, server.url);
      await until('the server has a connection', () => server.connections.length > 0);
      await egress[Symbol.asyncDispose]();
      await assert.rejects(exchange.response, NetworkError);
      await assert.rejects(ask(run, server.url), NetworkError);
      assert.equal(egress.pid, undefined);
    });

    test('outlives the death of its process: requests under way fail, later ones do not', async () => {
      await using server = await serve(({ url }, response) => {
        response.write('a beginning');
        if (url !== '/hang') response.end();
      });
      await using egress = await open();
      await using run = egress.forRun(loopback([server.port], { networkRequests: 100 }));
      for (let round = 1; round <= 5; round += 1) {
        const exchange = begin(run, `${server.url}/hang`);
        const unanswered = begin(run, `${server.url}/hang`, { method: 'POST', hasBody: true });
        await exchange.response;
        const reader = exchange.body[Symbol.asyncIterator]();
        await reader.next();
        const { pid } = egress;
        assert.ok(pid !== undefined);
        process.kill(pid, 'SIGKILL');
        await assert.rejects(reader.next(), NetworkError);
        await assert.rejects(
          (async () => {
            for (;;) await unanswered.write(Buffer.alloc(65_536));
          })(),
          NetworkError,
        );
        assert.equal((await ask(run, server.url)).text, 'a beginning');
        assert.notEqual(egress.pid, pid);
      }
      const lost = run.log.filter(({ outcome }) => outcome === 'failed');
      assert.deepEqual([lost.length, run.log.length], [10, 15]);
      assert.match(lost[0]?.reason ?? '', /the gateway ended \(SIGKILL\)/);
    });

    test('counts on where a dead process has left off', async () => {
      await using server = await serve((_request, response) => response.end('x'));
      await using egress = await open();
      await using run = egress.forRun(loopback([server.port], { networkRequests: 2 }));
      for (let index = 0; index < 2; index += 1) {
        await ask(run, server.url);
        const { pid } = egress;
        process.kill(pid ?? 0, 'SIGKILL');
        await until(
          'there is another gateway',
          () => egress.pid !== pid && egress.pid !== undefined,
        );
      }
      await assert.rejects(ask(run, server.url), NetworkError);
      assert.match(run.log.at(-1)?.reason ?? '', /more than 2 requests/);
    });

    test('keeps the process through the signals of a terminal', async () => {
      await using server = await serve((_request, response) => response.end('x'));
      await using egress = await open();
      await using run = egress.forRun(loopback([server.port]));
      const { pid } = egress;
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid ?? 0, signal);
      assert.equal((await ask(run, server.url)).text, 'x');
      assert.equal(egress.pid, pid);
    });

    test('has its process die with the launcher', async () => {
      await using server = await serve(() => undefined);
      const launcher = spawn(
        process.execPath,
        [
          fileURLToPath(new URL('../fixtures/launcher.ts', import.meta.url)),
          `${server.port}`,
          where,
        ],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const [said] = (await once(launcher.stdout.setEncoding('utf8'), 'data')) as [string];
      using gateway = new ProcessView(Number(said));
      await until('the server has a connection', () => server.connections.length > 0);
      launcher.kill('SIGKILL');
      await once(launcher, 'close');
      await until('the gateway is gone', () => gateway.sample() === undefined);
      await until('all connections are closed', () =>
        server.connections.every(({ closed }) => closed),
      );
    });
  });
}
