// SIGHUP, as an operator sends it: the policies are read again, and what is wrong with them changes nothing.
import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { until } from '../shared/until.support.ts';
import { type Service, startService } from './service.support.ts';

/** A config that is a program, and takes what a helper says from a file beside it. */
const config = `import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { said } from './said.ts';
const told = async (file) => {
  while (file !== undefined && !existsSync(file)) await setTimeout(10);
  return said;
};
export default { policies: {
  default: { warm: 0, helpers: { told } },
  ['is-' + said]: { warm: 0 },
} };`;

/** Sends SIGHUP, and waits for what the log says of it. */
async function reload(service: Service): Promise<Record<string, unknown>> {
  const before = service.log.length;
  process.kill(service.pid, 'SIGHUP');
  const line = await until('the log tells of the policies', () =>
    service.log.slice(before).find((each) => each.includes('"msg":"the policies ')),
  );
  return JSON.parse(line) as Record<string, unknown>;
}

async function read(service: Service, path: string): Promise<Record<string, unknown>> {
  return JSON.parse((await service.call('GET', path)).text) as Record<string, unknown>;
}

async function launcherOf(service: Service): Promise<number> {
  const { launchers } = await read(service, '/v1/admin/overview');
  return (launchers as { pid: number }[])[0]?.pid ?? 0;
}

test('SIGHUP puts other policies in force; runs end as they began, and faults change nothing', async () => {
  await using service = await startService({ config: 'export default {};' });
  const folder = dirname(service.configFile);
  const say = (said: string): void =>
    writeFileSync(join(folder, 'said.ts'), `export const said: string = '${said}';`);
  say('one');
  writeFileSync(service.configFile, config);
  assert.deepEqual((await reload(service))['policies'], ['default', 'is-one']);

  const old = await launcherOf(service);
  const signal = join(folder, 'go-on');
  const body = { code: 'console.log("begun"); return told(params)', params: signal };
  const { text } = await service.call('POST', '/v1/runs', { body });
  const { id } = JSON.parse(text) as { id: string };
  const standing = (): Promise<Record<string, unknown>> => read(service, `/v1/runs/${id}`);
  await until('the run has begun', async () => ((await standing())['logs'] as []).length > 0);
  say('two');
  assert.deepEqual((await reload(service))['policies'], ['default', 'is-two']);
  assert.notEqual(await launcherOf(service), old);
  assert.equal((await service.run({ code: 'return told()' })).value, 'two');
  const gone = await service.call('POST', '/v1/runs', { body: { code: '1', policy: 'is-one' } });
  assert.equal(gone.status, 403, gone.text);
  assert.equal((await standing())['status'], 'running');
  writeFileSync(signal, '');
  await until('the run has ended', async () => (await standing())['status'] !== 'running');
  assert.equal((await standing())['value'], 'one', JSON.stringify(await standing()));
  await until('the old launcher has ended', () => !existsSync(`/proc/${old}`));

  for (const [broken, says] of [
    ['export default { policies: { default: {', /cannot be used: SyntaxError/],
    ["export default { policies: { default: { runtime: './nowhere' } } };", /nowhere/],
  ] as const) {
    writeFileSync(service.configFile, broken);
    const { level, detail } = await reload(service);
    assert.equal(level, 'error');
    assert.match(String(detail), says);
  }
  assert.equal((await service.run({ code: 'return told()' })).value, 'two');
});
