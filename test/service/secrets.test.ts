import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { startService } from './service.support.ts';

const warning = 'a placeholder was sent as it is';

test('a config without headers works, and the log says once what to add for others', async () => {
  const heard: unknown[] = [];
  const server = createServer(({ headers }, response) => {
    heard.push([headers['authorization'], headers['x-own-key']]);
    response.setHeader('x-echo', `${headers['authorization']}`);
    response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const host = `127.0.0.1:${port}`;
  const secrets = { '{{THE_KEY}}': { value: 'the-operators-key', hosts: [host] } };
  const network = { allow: [host], allowPrivate: ['127.0.0.1/32'], secrets };
  try {
    await using service = await startService({ config: { policies: { default: { network } } } });
    const code = `const ask = (name) => fetch(params, { headers: { [name]: '{{THE_KEY}}' } });
      return [(await ask('authorization')).headers.get('x-echo'), (await ask('x-own-key')).status]`;
    for (let time = 0; time < 2; time += 1) {
      const run = await service.run({ code, params: `http://${host}/` });
      assert.deepEqual(run.value, ['{{THE_KEY}}', 200], run.error?.message);
    }
    assert.deepEqual(heard.slice(0, 2), [
      ['the-operators-key', undefined],
      [undefined, '{{THE_KEY}}'],
    ]);
    const warnings = await until('the warning is written', () => {
      const found = service.log.filter((line) => line.includes(warning));
      return found.length > 0 && found;
    });
    const [{ level, policy, placeholder, reason }] = warnings.map(
      (line) => JSON.parse(line) as Record<string, string>,
    ) as [Record<string, string>];
    assert.deepEqual([level, policy, placeholder], ['warn', 'default', '{{THE_KEY}}']);
    assert.match(reason ?? '', /^secret_not_bound: .* add headers: \['x-own-key'\] to that secret/);
    assert.equal(warnings.length, 1);
    assert.ok(!service.log.join('\n').includes('the-operators-key'));
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
