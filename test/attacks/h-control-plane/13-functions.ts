// H: functions of another tenant: read, called, changed, deleted, shadowed; labels that lie, schemas that bite.
import { type Attack, bearer, victimFunction } from './scene.support.ts';

const attack: Attack = async ({ send, thief }) => {
  let tries = 0;
  const json = { ...bearer(thief.key), 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: unknown): Promise<void> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    await send({ method, path: `/v1/functions${path}`, headers: json, ...text });
    tries++;
  };
  const code = 'return 1';
  for (const name of [victimFunction, 'victim%2f..%2fbilling', '%62illing', 'billing%00', '*']) {
    for (const query of ['', '?tenant=victim', '?tenant=victim&tenant=thief', '?tenant[]=victim']) {
      for (const path of ['', '/versions', '/versions/1', '/versions/-1']) {
        await ask('GET', `/${name}${path}${query}`);
      }
      await ask('DELETE', `/${name}/aliases/live${query}`);
    }
    for (const tenant of ['victim', ['victim'], { toString: 'victim' }, null]) {
      await ask('POST', `/${name}/invoke`, { tenant });
      await ask('POST', `/${name}/invoke`, { tenant, version: 1 });
      await ask('POST', `/${name}/rollback`, { tenant, version: 1 });
      await ask('PUT', `/${name}/aliases/canary`, { tenant, version: 1, percent: 100 });
      await ask('PUT', `/${name}`, { tenant, code });
    }
    // Its own of the same name, which must not stand in front of the victim's.
    await ask('PUT', `/${name}`, { code, description: '\nforged-line' });
    await ask('DELETE', `/${name}?tenant=victim`);
    await ask('DELETE', `/${name}`);
  }
  for (const query of ['?tenant=victim', `?cursor=fn_${'f'.repeat(32)}`, "?cursor=' OR 1=1 --"]) {
    await ask('GET', encodeURI(query));
  }
  // Runs that claim to be the victim's function, in its logs and in those of the thief.
  const labels = { 'castellan/function': victimFunction, 'castellan/version': '1' };
  for (const path of ['/v1/runs', '/v1/functions/mine/invoke']) {
    await ask('PUT', '/mine', { code });
    const body = JSON.stringify(path === '/v1/runs' ? { code, labels } : { labels });
    const { status } = await send({ method: 'POST', path, headers: json, body });
    if (status !== 422) throw new Error(`a label of the service was taken: ${status}`);
    tries++;
  }
  for (const [schema, params] of [
    [{ pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`],
    [{ allOf: [{ $ref: '#' }] }, 1],
    [{ $async: true, type: 'string' }, 1],
    [{ $ref: 'file:///etc/passwd' }, 1],
    [{ $id: 'x', $data: '1/a', const: { $data: '/process' } }, 1],
    [{ properties: { "a'];process.exit(1);['": { type: 'string' } }, required: ['`${1}`'] }, {}],
    [{ format: '__proto__' }, 'x'],
  ] as const) {
    await ask('PUT', '/mine', { code, schema });
    await ask('POST', '/mine/invoke', { params });
  }
  await ask('DELETE', '/mine');
  return tries;
};

export default attack;
