// Changing what is live costs no call, and a deployment that was answered survives whatever ends the service.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

const deployments = Number(process.env['CASTELLAN_DEPLOYMENTS'] ?? 12);
const kills = Number(process.env['CASTELLAN_DEPLOYMENT_KILLS'] ?? 1);
const callers = 4;

const rate = { perMinute: 10_000_000, perAddressPerMinute: 10_000_000, inFlight: 1_000 };
const config = { functions: { versions: 5 }, policies: { default: { rate, warm: 2 } } };

let service: Service;
before(async () => void (service = await startService({ config })));
after(() => service[Symbol.asyncDispose]());

/** Two files that say which version they are of, so that an answer from two versions is seen. */
const definitionOf = (version: number) => ({
  files: {
    'main.js': `import { version } from './other.js'; export default () => [${version}, version];`,
    'other.js': `export const version = ${version};`,
  },
  entry: 'main.js',
});

interface Deployed {
  readonly version: { readonly version: number };
}

async function deploy(name: string, number: number): Promise<number> {
  const body = definitionOf(number);
  const { status, text } = await service.call('PUT', `/v1/functions/${name}`, { body });
  assert.equal(status, 201, text);
  return (JSON.parse(text) as Deployed).version.version;
}

/** Calls the function and returns the version that has answered, all of it. */
async function call(name: string): Promise<number> {
  const headers = { prefer: 'wait=60' };
  const answer = await service.call('POST', `/v1/functions/${name}/invoke`, { body: {}, headers });
  assert.equal(answer.status, 200, answer.text);
  const { status, value, labels } = JSON.parse(answer.text) as Run;
  assert.equal(status, 'succeeded', answer.text);
  const version = Number(labels['castellan/version']);
  assert.deepEqual(value, [version, version]);
  return version;
}

test('deployments under load drop no call, and each answer is of exactly one version', async () => {
  assert.equal(await deploy('f', 1), 1);
  let live = 1;
  let isOver = false;
  const seen = new Set<number>();
  const caller = async (): Promise<number> => {
    for (let calls = 1; ; calls++) {
      const least = live;
      const version = await call('f');
      // A call that begins after a deployment was answered is of that version, or of a newer one.
      assert.ok(version >= least, `${version} answered after ${least} was live`);
      seen.add(version);
      if (isOver) return calls;
    }
  };
  const all = Promise.all(Array.from({ length: callers }, caller));
  // What a caller finds wrong ends the test at once, and not after all deployments.
  const failed = all.then(() => undefined);
  for (let number = 2; number <= deployments; number++) {
    const deployed = await Promise.race([deploy('f', number), failed]);
    assert.equal(deployed, number);
    live = number;
    // Each version is called while it is live, however slowly this machine deploys.
    await Promise.race([until(`version ${number} has answered`, () => seen.has(number)), failed]);
  }
  isOver = true;
  const calls = await all;
  assert.equal(await call('f'), deployments);
  assert.equal(seen.size, deployments);
  console.log(`${calls.reduce((sum, each) => sum + each)} calls, ${deployments} deployments`);
});

test('a deployment is whole or not there after kill -9, and one that was answered is there', async () => {
  let answered = await deploy('g', 1);
  for (let kill = 1; kill <= kills; kill++) {
    const first = answered;
    let isKilled = false;
    const deploying = (async () => {
      for (;;) {
        try {
          answered = await deploy('g', answered + 1);
        } catch (error) {
          if (isKilled && !(error instanceof assert.AssertionError)) return;
          throw error;
        }
      }
    })();
    await Promise.race([until('some are deployed', () => answered >= first + 3), deploying]);
    isKilled = true;
    await service.stop('SIGKILL');
    await deploying;
    await service.start();
    const { text } = await service.call('GET', '/v1/functions/g');
    const { newest, aliases } = JSON.parse(text) as {
      newest: number;
      aliases: { live: { version: number } };
    };
    // The one that was on its way may be there; then it is live, and it answers.
    assert.ok(newest === answered || newest === answered + 1, `${newest} after ${answered}`);
    assert.equal(aliases.live.version, newest);
    assert.equal(await call('g'), newest);
    answered = newest;
  }
});
