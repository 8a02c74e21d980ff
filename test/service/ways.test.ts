// What a request gives its script besides parameters, from HTTP to the box, over a restart too.
import type { Run } from '@castellan/protocol';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const request = {
  files: {
    'main.js': `
      const img = await files.read('deep/img.png');
      return [img.reduce((sum, byte) => sum + byte), await files.read('data.csv', 'utf8'), stdin, new Date(0).getHours()];`,
    'data.csv': 'a,é',
    'deep/img.png': { base64: Buffer.from(bytes).toString('base64') },
  },
  entry: 'main.js',
  stdin: 'line\n',
  timezone: 'asia/tokyo',
};
const value = [32_640, 'a,é', 'line\n', 9];

const config = {
  keys: { anonymousPolicy: 'default' },
  policies: { default: { warm: 0 }, full: { warm: 0, engine: 'node' } },
};

for (const policy of ['default', 'full']) {
  test(`files, stdin and time zone reach a script of the policy ${policy}`, async () => {
    await using service = await startService({ config });
    const run = await service.run({ ...request, policy });
    assert.deepEqual(run.value, value, JSON.stringify(run.error));
    const written = await service.run({
      code: `
        await artifacts.write('a', new Uint8Array([255]));
        await artifacts.write('a', 'zwölf');
        return [await artifacts.read('a', 'utf8'), (await artifacts.read('a')).length];`,
      policy,
    });
    assert.deepEqual(written.value, ['zwölf', 6], JSON.stringify(written.error));
    const exact = await service.call('POST', '/v1/runs', {
      body: { code: 'return { n: JSON.rawJSON("12345678901234567890") }', policy },
      headers: { prefer: 'wait=25' },
    });
    assert.match(exact.text, /"value":\{"n":12345678901234567890\}/);
    const large = 'x'.repeat(2 ** 20);
    const most = await service.run({
      code: 'return [stdin.length, params.length]',
      stdin: large,
      params: large.slice(2),
      policy,
    });
    assert.deepEqual(most.value, [2 ** 20, 2 ** 20 - 2], JSON.stringify(most.error));
  });
}

test('a queued run keeps them over a crash, and one that an older service queued runs without', async () => {
  const oneByOne = { policies: { default: { warm: 0, queue: { running: 1 } } } };
  await using service = await startService({ config: oneByOne });
  const post = async (body: object): Promise<string> => {
    const { text } = await service.call('POST', '/v1/runs', { body });
    return (JSON.parse(text) as { id: string }).id;
  };
  const blocker = await post({ code: 'await new Promise((r) => setTimeout(r, 1e6))' });
  const whole = await post(request);
  const older = await post({ code: 'return [stdin, new Date(0).getHours()]' });
  await service.stop('SIGKILL');
  {
    using store = new DatabaseSync(join(service.data, 'castellan.sqlite'));
    const { changes } = store
      .prepare(
        "UPDATE requests SET body = json_remove(body, '$.input.stdin', '$.input.timezone') WHERE run = ?",
      )
      .run(older);
    assert.equal(changes, 1);
  }
  await service.start();
  await service.call('DELETE', `/v1/runs/${blocker}`);
  assert.deepEqual(await valueOf(service, whole), value);
  assert.deepEqual(await valueOf(service, older), ['', 0]);
});

async function valueOf(service: Service, id: string): Promise<unknown> {
  const run = await until(`${id} has ended`, async () => {
    const { text } = await service.call('GET', `/v1/runs/${id}`);
    const read = JSON.parse(text) as Run;
    return read.finishedAt !== null && read;
  });
  assert.equal(run.status, 'succeeded', JSON.stringify(run));
  return run.value;
}
