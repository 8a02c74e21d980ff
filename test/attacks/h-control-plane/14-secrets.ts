// H: secrets of another tenant: read, named, guessed by what an answer says, bound elsewhere, put into headers.
import { type Attack, bearer, victimFunction, victimSecret } from './scene.support.ts';

const attack: Attack = async ({ send, thief, victim }) => {
  let tries = 0;
  const ask = async (method: string, path: string, body?: unknown, key = thief.key) => {
    const headers = { ...bearer(key), 'content-type': 'application/json' };
    const text = body === undefined ? {} : { body: JSON.stringify(body) };
    tries++;
    return send({ method, path, headers, ...text });
  };
  const value = 'thief-value-0123456789';
  const names = [
    victimSecret,
    `%2e%2e/${victimSecret}`,
    `${victimSecret}%00`,
    '__proto__',
    '*',
    "' OR 1=1 --",
  ];
  for (const name of names) {
    const path = encodeURI(`/v1/secrets/${name}`);
    for (const query of ['', '?tenant=victim', '?tenant[]=victim', '?tenant=victim&tenant=thief']) {
      for (const method of ['GET', 'HEAD', 'DELETE', 'POST', 'PATCH']) {
        await ask(method, path + query);
      }
      await ask('GET', `/v1/secrets${query}`);
    }
    for (const tenant of ['victim', ['victim'], { toString: 'victim' }, null]) {
      await ask('PUT', path, { value, hosts: ['evil.example'], tenant });
      await ask('POST', '/v1/runs', { code: 'return env', secrets: [name], tenant });
      await ask('PUT', '/v1/functions/mine', { code: 'return env', secrets: [name], tenant });
      await ask('POST', `/v1/functions/${victimFunction}/invoke`, { secrets: [name], tenant });
    }
    // What the thief is told of a name that the victim has is what it is told of any other.
    const told = async (asked: string): Promise<string> => {
      const { status, body } = await ask('POST', '/v1/runs', { code: '1', secrets: [asked] });
      return `${status} ${body.replaceAll(asked, 'NAME').replace(/req_\w+/, '')}`;
    };
    if ((await told(victimSecret)) !== (await told('NOWHERE_AT_ALL'))) {
      throw new Error('an answer tells whether the victim has a secret of that name');
    }
  }
  await ask('POST', '/v1/secrets/rotate');
  // Lines of their own in a header.
  for (const bad of ['x\r\nx-admin: 1234', 'abcdefgh\n', '\u0000abcdefgh', 'abcdefgh\u2028']) {
    const { status } = await ask('PUT', '/v1/secrets/BAD', { value: bad, hosts: ['evil.example'] });
    if (status !== 422) throw new Error(`a value that no header takes was taken: ${status}`);
  }
  // The victim's own key, which may do everything but read: no answer of it has the value either.
  for (const path of [
    '/v1/secrets',
    `/v1/secrets/${victimSecret}`,
    `/v1/functions/${victimFunction}`,
  ]) {
    await ask('GET', path, undefined, victim.key);
  }
  const hosts = { hosts: ['evil.example'] };
  await ask('PUT', `/v1/secrets/${victimSecret}`, hosts, victim.key);
  await ask('PUT', `/v1/secrets/${victimSecret}`, { ...hosts, value: null }, victim.key);
  const wanted = {
    secrets: [victimSecret],
    code: 'console.log(JSON.stringify(env)); throw new Error(JSON.stringify(env))',
  };
  await ask('POST', '/v1/runs', wanted, victim.key);
  return tries;
};

export default attack;
