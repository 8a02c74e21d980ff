// H: ids of another tenant, known or guessed, on every route and with every header that might name a tenant.
import { type Attack, bearer } from './scene.support.ts';

const routes = [
  '',
  '/',
  '/events',
  '/events?after=0',
  '/network',
  '/artifacts/secret.txt',
  '/artifacts/',
];

const methods = ['GET', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'POST', 'PUT'];

const attack: Attack = async ({ send, victim, thief }) => {
  let tries = 0;
  const { runId } = victim;
  const last = Number.parseInt(runId.slice(-1), 16);
  const near = runId.slice(0, -1) + ((last + 1) % 16).toString(16);
  const ids = [
    runId,
    near,
    runId.toUpperCase(),
    `${runId}%00`,
    `./${runId}`,
    `x/..%2f${runId}`,
    '%',
    '*',
  ];
  const asVictim = {
    'x-tenant': 'victim',
    'x-forwarded-user': 'victim',
    'x-castellan-tenant': 'victim',
  };
  for (const id of ids) {
    for (const route of routes) {
      for (const method of id === runId ? methods : ['GET', 'DELETE']) {
        const headers = { ...bearer(thief.key), ...asVictim, 'x-http-method-override': 'DELETE' };
        await send({ method, path: `/v1/runs/${id}${route}`, headers });
        tries++;
      }
    }
  }
  const queries = [
    'tenant=victim',
    'tenant=thief&tenant=victim',
    'tenant[]=victim',
    'label=canary',
    `cursor=${runId}`,
    'tenant=*',
    'tenant=',
    'limit=200',
  ];
  for (const query of queries) {
    await send({ path: `/v1/runs?${query}`, headers: { ...bearer(thief.key), ...asVictim } });
    tries++;
  }
  return tries;
};

export default attack;
