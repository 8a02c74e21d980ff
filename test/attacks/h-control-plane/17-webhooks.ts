// H: webhooks: another tenant's log and secret, a replay of its messages, and addresses inside in every spelling.
import { type Attack, bearer } from './scene.support.ts';

/** What leads into this machine or its network, and what is no address of a receiver. */
const inside = [
  'http://127.0.0.1/',
  'http://127.0.0.1:6379/',
  'http://localhost/',
  'http://LOCALHOST./',
  'http://inside.localhost/',
  'http://0/',
  'http://0.0.0.0:8080/',
  'http://2130706433/',
  'http://0x7f.1/',
  'http://0177.0.0.1/',
  'http://127.1/',
  'http://[::1]/',
  'http://[::]/',
  'http://[::ffff:127.0.0.1]/',
  'http://[::ffff:7f00:1]/',
  'http://[64:ff9b::7f00:1]/',
  'http://[2002:7f00:1::]/',
  'http://[fe80::1]/',
  'http://[fd00::1]/',
  'http://[fd00:ec2::254]/latest/meta-data/',
  'http://169.254.169.254/latest/meta-data/',
  'http://10.0.0.1/',
  'http://172.16.0.1/',
  'http://192.168.1.1/',
  'http://100.100.100.200/',
  'http://198.18.0.1/',
  'http://224.0.0.1/',
  'http://255.255.255.255/',
  'http://１２７.０.０.１/',
  'http://a@127.0.0.1/',
  'http://203.0.113.7:22/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:6379/_FLUSHALL',
  'javascript:alert(1)',
  '//127.0.0.1/',
  'http://',
  '',
  null,
  7,
  ['http://127.0.0.1/'],
  { toString: 'http://127.0.0.1/' },
];

const attack: Attack = async ({ send, thief, victim }) => {
  let tries = 0;
  const json = { ...bearer(thief.key), 'content-type': 'application/json' };
  const ask = async (method: string, path: string, body?: unknown): Promise<number> => {
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    const { status } = await send({ method, path: `/v1/${path}`, headers: json, ...text });
    tries++;
    return status;
  };
  const { runId } = victim;
  for (const id of [runId, runId.toUpperCase(), `${runId}%00`, `x%2f..%2f${runId}`, '%25', '*']) {
    for (const query of ['', '?tenant=victim', '?token=rt_0']) {
      const statuses = [
        await ask('GET', `runs/${id}/deliveries${query}`),
        await ask('POST', `runs/${id}/deliveries/replay${query}`),
        await ask('POST', `runs/${id}/deliveries/replay${query}`, {}),
      ];
      if (statuses.some((status) => status < 400))
        throw new Error(`${id} was answered ${statuses.join()}`);
    }
  }
  for (const query of ['?tenant=victim', '?tenant=victim&tenant=thief', '?tenant[]=victim']) {
    if ((await ask('GET', `webhook-secret${query}`)) < 400) throw new Error('a secret was told');
  }
  for (const tenant of ['victim', ['victim'], { toString: 'victim' }]) {
    if ((await ask('POST', 'webhook-secret/rotate', { tenant })) < 400) {
      throw new Error('a secret was rotated');
    }
  }
  for (const url of inside) {
    const status = await ask('POST', 'runs', { code: 'return 1', webhook: { url } });
    if (status !== 422) throw new Error(`${JSON.stringify(url)} was answered ${status}`);
  }
  for (const webhook of [
    null,
    'http://a.example/',
    [],
    { url: 'http://a.example/', headers: {} },
  ]) {
    const status = await ask('POST', 'runs', { code: 'return 1', webhook });
    if (status !== 422) throw new Error(`${JSON.stringify(webhook)} was answered ${status}`);
  }
  return tries;
};

export default attack;
