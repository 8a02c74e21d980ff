/** H: attacks on the API of a running service, by a caller with a key of another tenant. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import artifacts from './h-control-plane/09-artifacts.ts';
import contentTypes from './h-control-plane/05-content-types.ts';
import forgedEvents from './h-control-plane/08-forged-events.ts';
import forwardedFor from './h-control-plane/03-forwarded-for.ts';
import idempotencyKeys from './h-control-plane/02-idempotency-keys.ts';
import ids from './h-control-plane/01-ids.ts';
import keysInLogs from './h-control-plane/07-keys-in-logs.ts';
import logLines from './h-control-plane/04-log-lines.ts';
import runTokens from './h-control-plane/10-run-tokens.ts';
import admin from './h-control-plane/11-admin.ts';
import shares from './h-control-plane/12-shares.ts';
import functions from './h-control-plane/13-functions.ts';
import schedules from './h-control-plane/16-schedules.ts';
import webhooks from './h-control-plane/17-webhooks.ts';
import kv from './h-control-plane/15-kv.ts';
import secrets from './h-control-plane/14-secrets.ts';
import prototypes from './h-control-plane/06-prototypes.ts';
import {
  type Attack,
  bearer,
  type Got,
  type Scene,
  setScene,
  victimFunction,
  victimKey,
  victimSchedule,
} from './h-control-plane/scene.support.ts';

const attacks: Readonly<Record<string, Attack>> = {
  '01-ids': ids,
  '02-idempotency-keys': idempotencyKeys,
  '03-forwarded-for': forwardedFor,
  '04-log-lines': logLines,
  '05-content-types': contentTypes,
  '06-prototypes': prototypes,
  '07-keys-in-logs': keysInLogs,
  '08-forged-events': forgedEvents,
  '09-artifacts': artifacts,
  '10-run-tokens': runTokens,
  '11-admin': admin,
  '12-shares': shares,
  '13-functions': functions,
  '14-secrets': secrets,
  '15-kv': kv,
  '16-schedules': schedules,
  '17-webhooks': webhooks,
};

let scene: Scene;
let got: Got[];
before(async () => void ({ scene, got } = await setScene()));
after(() => scene[Symbol.asyncDispose]());

/** What an attack has done: data of the victim in an answer, or a log with more or less in it than it should hold. */
async function harm(from: { got: number; log: number }): Promise<string[]> {
  const { service, canary, victim, thief } = scene;
  const found: string[] = [];
  for (const { text } of got.slice(from.got)) {
    if (text.includes(canary)) found.push(`the thief got the canary: ${text.slice(0, 200)}`);
    if (text.includes(victim.key)) found.push('the thief got the key');
    if (/node:internal|\.ts:\d+|packages\/server/.test(text)) found.push(`a stack: ${text}`);
    if (/"status":5(?!03)/.test(text)) found.push(`a fault: ${text}`);
  }
  for (const text of service.log.slice(from.log)) {
    if (!isJson(text)) found.push(`a line of the log is no JSON: ${text}`);
    if (/rt_\w+\.|[?&]token=/.test(text)) found.push(`a token is in the log: ${text}`);
    if (text.includes('forged-line')) found.push(`a forged text is in the log: ${text}`);
    if (text.includes(canary)) found.push(`the canary is in the log: ${text}`);
    for (const { key } of [victim, thief]) {
      if (text.includes(key.slice(3))) found.push(`a key is in the log: ${text}`);
    }
  }
  const path = `/v1/runs/${victim.runId}`;
  const run = await service.call('GET', path, { headers: bearer(victim.key) });
  if (run.status !== 200 || !run.text.includes(canary)) found.push("the victim's run is gone");
  const kept = await service.call('GET', `/v1/functions/${victimFunction}`, {
    headers: bearer(victim.key),
  });
  const unchanged = { newest: 1, aliases: { live: { version: 1, percent: null } } };
  const { newest, aliases } = JSON.parse(kept.text) as typeof unchanged;
  if (!isDeepStrictEqual({ newest, aliases }, unchanged)) {
    found.push(`the victim's function is ${kept.text}`);
  }
  const stored = await service.run({ code: `return kv.get('${victimKey}')` }, bearer(victim.key));
  if (!JSON.stringify(stored.value).includes(canary)) found.push("the victim's key has gone");
  const scheduled = await service.call('GET', `/v1/schedules/${victimSchedule}`, {
    headers: bearer(victim.key),
  });
  const { cron, paused, params } = JSON.parse(scheduled.text) as Record<string, unknown>;
  if (!isDeepStrictEqual([cron, paused, params], ['0 0 29 2 *', false, { canary }])) {
    found.push(`the victim's schedule is ${scheduled.text}`);
  }
  return found;
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

for (const [name, attack] of Object.entries(attacks)) {
  test(`H ${name} gets nothing, changes nothing and leaves no trace of its own in the log`, async () => {
    const from = { got: got.length, log: scene.service.log.length };
    const tries = await attack(scene);
    assert.ok(tries >= 5, `only ${tries} tries`);
    assert.deepEqual(await harm(from), []);
  });
}

test('the oracle sees a victim who gives its run away', async () => {
  const from = { got: got.length, log: scene.service.log.length };
  const { victim } = scene;
  await scene.send({ path: `/v1/runs/${victim.runId}`, headers: bearer(victim.key) });
  assert.match((await harm(from)).join('\n'), /the thief got the canary/);
});
