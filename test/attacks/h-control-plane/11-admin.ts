// H: what is the operator's, with an ordinary key: numbers, policies, keys, a key with more rights, the run of another once more.
import { type Attack, bearer } from './scene.support.ts';

const attack: Attack = async ({ send, victim, thief }) => {
  let tries = 0;
  const own = bearer(thief.key);
  const json = { ...own, 'content-type': 'application/json' };
  const grants = [
    {},
    { tenant: 'victim' },
    { tenant: 'victim', scopes: ['runs:read'] },
    { mayNameTenant: true, scopes: ['admin', 'runs:read', 'runs:write'] },
    { tenant: 'thief', mayNameTenant: true, policies: ['playground'] },
    { tenant: ['victim'], __proto__: { tenant: 'victim' } },
  ];
  for (const headers of [json, { 'content-type': 'application/json' }]) {
    for (const path of ['/v1/admin/overview', '/v1/admin/policies', '/v1/admin/keys']) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'PUT']) {
        await send({ method, path, headers });
        await send({ method, path: path.replace('admin', 'admin%2f..%2fadmin'), headers });
        tries += 2;
      }
    }
    for (const grant of grants) {
      const made = await send({
        method: 'POST',
        path: '/v1/admin/keys',
        headers,
        body: JSON.stringify(grant),
      });
      tries++;
      // Whatever came is tried as a key on what is the victim's.
      const { key = '' } = JSON.parse(made.body) as { key?: string };
      await send({ path: `/v1/runs/${victim.runId}`, headers: bearer(key) });
    }
    for (const path of [
      `/v1/runs/${victim.runId}/again`,
      `/v1/runs/${victim.runId}/again?tenant=victim`,
      `/v1/runs/${victim.runId}/%61gain`,
    ]) {
      for (const body of [undefined, '{}', JSON.stringify({ tenant: 'thief', params: null })]) {
        const started = await send({
          method: 'POST',
          path,
          headers,
          ...(body === undefined ? {} : { body }),
        });
        tries++;
        const { id = 'run_none' } = JSON.parse(started.body) as { id?: string };
        await send({ path: `/v1/runs/${id}/events`, headers });
      }
    }
  }
  await send({ path: `/v1/runs?tenant=victim&policy=default`, headers: own });
  await send({ path: `/v1/runs?policy=default&label=canary`, headers: own });
  return tries + 2;
};

export default attack;
