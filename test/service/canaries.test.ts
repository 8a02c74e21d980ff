// F17: nothing of the operator's, and nothing of another tenant's, is in what a script can see.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { startService } from './service.support.ts';

/** Collects the text of everything that can be reached from the global object, and from errors. */
const pry = `
  const seen = new Set(), found = [];
  const look = (value, depth) => {
    if (typeof value === 'string') return void found.push(value.slice(0, 4000));
    if (value === null || (typeof value !== 'object' && typeof value !== 'function') || seen.has(value) || depth > 12) return;
    seen.add(value);
    if (typeof value === 'function') { try { found.push(Function.prototype.toString.call(value).slice(0, 20000)); } catch {} }
    let keys = []; try { keys = Reflect.ownKeys(value); } catch {}
    for (const key of keys) { found.push(String(key)); try { const each = value[key]; if (each instanceof Promise) each.then(() => {}, (error) => look(error, 1)); look(each, depth + 1); } catch (error) { look(error, depth + 1); } }
    try { look(Object.getPrototypeOf(value), depth + 1); } catch {}
  };
  look(globalThis, 0); look(params, 0); look(env, 0);
  for (const make of [() => null.x, () => require('f' + 's'), () => { const f = () => f(); f(); }, () => new Intl.NumberFormat('x-x-x')]) {
    try { make(); } catch (error) { look(error, 0); look(error.stack, 0); }
  }
  try { await import('node:f' + 's'); } catch (error) { look(error, 0); look(error.stack, 0); }
  try { await fetch('http://127.0.0.1:' + params.port + '/v1/runs'); } catch (error) { look(error, 0); look(error.stack, 0); }
  await artifacts.write('found.txt', found.join('\\n'));
  return found.length;`;

test('a script that pries at everything finds no canary', async () => {
  const canary = (name: string): string => `${name}-${randomBytes(12).toString('hex')}`;
  const canaries = {
    environment: canary('environment'),
    secret: canary('secret'),
    code: canary('code'),
    params: canary('params'),
    env: canary('env'),
    log: canary('log'),
    value: canary('value'),
    artifact: canary('artifact'),
    label: canary('label'),
  };
  const secrets = { '{{THE_KEY}}': { value: canaries.secret, hosts: ['api.example'] } };
  await using service = await startService({
    env: {
      CASTELLAN_TEST_CANARY: canaries.environment,
      AWS_SECRET_ACCESS_KEY: canaries.environment,
    },
    config: {
      policies: { default: { reuse: 'tenant', network: { allow: ['api.example'], secrets } } },
    },
  });
  const victim = async (): Promise<void> => {
    const run = await service.run({
      code: `/* ${canaries.code} */ globalThis.kept = '${canaries.code}'; console.log('${canaries.log}');
             await artifacts.write('a', '${canaries.artifact}'); return '${canaries.value}'`,
      params: canaries.params,
      env: { TOKEN: canaries.env },
      labels: { label: canaries.label },
      tenant: 'victim',
    });
    assert.equal(run.value, canaries.value);
  };
  await victim();
  const port = new URL(service.url).port;
  for (const tenant of ['thief', 'victim-2', 'thief']) {
    const [run] = await Promise.all([
      service.run({ code: pry, params: { port }, tenant }),
      victim(),
    ]);
    assert.equal(run.status, 'succeeded', run.error?.message);
    assert.ok(Number(run.value) > 500);
    const path = `/v1/runs/${run.id}/artifacts/found.txt`;
    const { text: loot } = await service.call('GET', path);
    assert.ok(loot.includes('globalThis'));
    const all = `${loot}\n${JSON.stringify(run)}\n${(await service.call('GET', `/v1/runs/${run.id}/network`)).text}`;
    for (const [name, value] of Object.entries(canaries)) {
      assert.ok(!all.includes(value), `${name} was found by ${tenant}`);
    }
    // Nor any path of the service.
    for (const place of [service.data, process.cwd(), 'node_modules']) {
      assert.ok(!all.includes(place), `${place} was found by ${tenant}`);
    }
  }
  const log = service.log.join('\n');
  for (const [name, value] of Object.entries(canaries)) {
    assert.ok(!log.includes(value), `${name} is in the log`);
  }
  console.log(`F17: ${Object.keys(canaries).length} canaries, 3 searches, 0 found`);
});
