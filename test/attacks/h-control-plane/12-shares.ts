// H: a script that another tenant has stored for its people, by its id and by guesses; a flood that is to push it out.
import assert from 'node:assert/strict';
import { type Attack, bearer } from './scene.support.ts';

const attack: Attack = async ({ send, service, canary, victim, thief }) => {
  let tries = 0;
  const stored = await service.call('POST', '/v1/shares', {
    headers: bearer(victim.key),
    body: { code: `return ${JSON.stringify(canary)}`, params: canary },
  });
  const { id } = JSON.parse(stored.text) as { id: string };
  const last = id.endsWith('A') ? 'B' : 'A';
  const ids = [
    id,
    id.slice(0, -1) + last,
    id.toLowerCase(),
    `${id}%00`,
    `x/..%2f${id}`,
    `%27%20OR%201%3d1%20--`,
    'shr_%25',
    '*',
    '',
  ];
  const asVictim = { 'x-tenant': 'victim', 'x-castellan-tenant': 'victim' };
  for (const each of ids) {
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'PUT']) {
      for (const query of ['', '?tenant=victim', `?token=${victim.runId}`]) {
        const path = `/v1/shares/${each}${query}`;
        await send({ method, path, headers: { ...bearer(thief.key), ...asVictim } });
        await send({ method, path });
        tries += 2;
      }
    }
  }
  const body = JSON.stringify({ code: 'x'.repeat(900_000) });
  for (let at = 0; at < 40; at++) {
    const headers = { ...bearer(thief.key), 'content-type': 'application/json' };
    await send({ method: 'POST', path: '/v1/shares', headers, body });
    tries++;
  }
  const left = await service.call('GET', `/v1/shares/${id}`, { headers: bearer(victim.key) });
  assert.ok(left.text.includes(canary), "the victim's share is gone");
  return tries;
};

export default attack;
