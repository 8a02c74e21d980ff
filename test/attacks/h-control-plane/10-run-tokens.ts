// H: run tokens: one's own on a run of another tenant, in every place, forged, spliced, stretched, and in the log.
import { type Attack, bearer, submitBody } from './scene.support.ts';

const attack: Attack = async ({ send, victim, thief }) => {
  let tries = 0;
  const json = { ...bearer(thief.key), 'content-type': 'application/json' };
  const submit = {
    method: 'POST',
    path: '/v1/runs',
    headers: json,
    body: JSON.stringify(submitBody),
  };
  const { id } = JSON.parse((await send(submit)).body) as { id: string };
  const ask = { method: 'POST', path: `/v1/runs/${id}/token`, headers: bearer(thief.key) };
  const { token } = JSON.parse((await send(ask)).body) as { token: string };
  const [ends = '', giver = '', mac = ''] = token.split('.');
  const later = `rt_${(Number.parseInt(ends.slice(3), 36) + 1).toString(36)}`;
  const tokens = [
    token,
    `${later}.${giver}.${mac}`,
    `${ends}.anonymous.${mac}`,
    `${ends}.loopback.${mac}`,
    `${ends}.${victim.runId.replace('run_', 'key_')}.${mac}`,
    `${ends}.${giver}.${'A'.repeat(43)}`,
    `${ends}.${giver}.`,
    `${ends}..${mac}`,
    'rt_',
    thief.key,
    `${token}&token=${token}`,
    `${token}%00`,
    `${token}#`,
  ];
  const places = [
    '/events',
    '/artifacts/secret.txt',
    '',
    '/network',
    `/../${id}/events`,
    `%2f..%2f${id}/events`,
    `%00/events`,
  ];
  for (const shown of tokens) {
    for (const place of places) {
      const path = `/v1/runs/${victim.runId}${place}?token=${shown}`;
      await send({ path });
      await send({
        path: `${path}&id=${id}&runId=${id}`,
        headers: { 'x-original-url': `/v1/runs/${id}/events` },
      });
      tries += 2;
    }
    for (const headers of [bearer(shown), { cookie: `token=${shown}` }, { 'x-token': shown }]) {
      await send({ path: `/v1/runs/${victim.runId}/events`, headers });
      tries++;
    }
  }
  for (const method of ['POST', 'PUT', 'GET', 'DELETE', 'OPTIONS', 'HEAD']) {
    await send({ method, path: `/v1/runs/${victim.runId}/token`, headers: bearer(thief.key) });
    await send({ method, path: `/v1/runs/${victim.runId}/token?token=${token}` });
    tries += 2;
  }
  return tries;
};

export default attack;
