// H: keys that name prototypes, in every object of a request, in queries and in what a script returns.
import { type Attack, bearer } from './scene.support.ts';

const poison =
  '{"isPolluted":"polluted","tenant":"victim","scopes":["admin"],"mayNameTenant":true}';

const attack: Attack = async ({ send, thief, service }) => {
  let tries = 0;
  const headers = { ...bearer(thief.key), 'content-type': 'application/json', prefer: 'wait=5' };
  for (const key of [
    '__proto__',
    '\\u005f\\u005fproto\\u005f\\u005f',
    'constructor',
    'prototype',
  ]) {
    const value = key === 'constructor' ? `{"prototype":${poison}}` : poison;
    for (const place of [
      'params',
      'env',
      'labels',
      'limits',
      'queue',
      'retry',
      'files',
      'network',
    ]) {
      await send({
        method: 'POST',
        path: '/v1/runs',
        headers,
        body: `{"code":"return 1","${place}":{"${key}":${value}}}`,
      });
      tries++;
    }
    await send({
      method: 'POST',
      path: '/v1/runs',
      headers,
      body: `{"code":"return 1","${key}":${value}}`,
    });
    await send({
      path: `/v1/runs?${key}[isPolluted]=polluted&${key}.isPolluted=polluted`,
      headers,
    });
    const code = `return JSON.parse('{"${key}":${value}}')`;
    await send({ method: 'POST', path: '/v1/runs', headers, body: JSON.stringify({ code }) });
    tries += 3;
  }
  const after = await send({ path: '/v1/policies', headers });
  const metrics = await send({ path: '/metrics', headers });
  if (after.body.includes('polluted')) throw new Error('a prototype of the service was changed');
  if (metrics.status !== 403) throw new Error(`a key without admin got ${metrics.status}`);
  const run = await service.run({ code: 'return ({}).isPolluted ?? null' }, bearer(thief.key));
  if (run.status !== 'succeeded' || run.value !== null) throw new Error(JSON.stringify(run.value));
  return tries;
};

export default attack;
