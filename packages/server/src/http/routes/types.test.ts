import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { startService } from '../service.support.ts';
import { testOffer, testPolicy } from '../test-policy.support.ts';
import { typesSchema } from '../schemas/answers.ts';

test('types of a package are sent to whoever may use its runtime, and nothing else of the disk', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'castellan-types-'));
  const path = join(folder, 'zod.types.json.gz');
  const types = { entries: { zod: 'zod/index.d.ts' }, files: { 'zod/index.d.ts': 'export {};' } };
  writeFileSync(path, gzipSync(JSON.stringify(types)));
  const facts = { version: '4.6.7', license: 'MIT' };
  const packages = [
    { ...facts, name: '@scope/zod', types: path },
    { ...facts, name: 'sleep', types: null },
    { ...facts, name: 'gone', types: join(folder, 'gone') },
  ];
  const policies = new Map(['default', 'other'].map((name) => [name, { ...testPolicy, name }]));
  await using service = await startService({
    policies,
    offerOf: (policy) => ({
      ...testOffer,
      runtime: policy === 'other' ? 'secret' : 'own',
      packages,
    }),
  });
  const headers = service.bearer({ policies: ['default'] });
  const ask = (runtime: string, name: string, others = headers as Record<string, string>) =>
    service.inject({
      url: `/v1/runtimes/${encodeURIComponent(runtime)}/types?package=${encodeURIComponent(name)}`,
      headers: others,
    });
  const plain = await ask('own', '@scope/zod');
  assert.deepEqual([plain.status, typesSchema.parse(plain.body)], [200, types]);
  const packed = await service.app.inject({
    url: '/v1/runtimes/own/types?package=@scope/zod',
    headers: { host: 'localhost', 'accept-encoding': 'gzip', ...headers },
  });
  assert.deepEqual(JSON.parse(gunzipSync(packed.rawPayload).toString()), types);
  for (const [runtime, name] of [
    ['secret', '@scope/zod'],
    ['own', 'sleep'],
    ['own', 'gone'],
    ['own', '../zod'],
    ['own', path],
    ['../own', '@scope/zod'],
    ['__proto__', 'constructor'],
  ] as const) {
    assert.equal((await ask(runtime, name)).status, 404, `${runtime} ${name}`);
  }
  assert.equal((await ask('own', '@scope/zod', {})).status, 401);
  rmSync(folder, { recursive: true });
});
