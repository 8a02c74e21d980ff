// H: a key that is in force, in every place but the right one: it must not end up in the log.
import { type Attack, bearer } from './scene.support.ts';

const attack: Attack = async ({ send, thief: { key } }) => {
  const basic = `Basic ${Buffer.from(`key:${key}`).toString('base64')}`;
  const json = { ...bearer(key), 'content-type': 'application/json' };
  const calls = [
    { path: `/v1/status?key=${key}&access_token=${key}` },
    { path: `/v1/runs/${key}` },
    { path: `/${key}` },
    { path: '/v1/status', headers: { authorization: basic } },
    { path: '/v1/status', headers: { authorization: key } },
    { path: '/v1/status', headers: { authorization: `Bearer ${key}x` } },
    { path: '/v1/status', headers: { authorization: `Bearer ${key},${key}` } },
    { path: '/v1/status', headers: { 'x-api-key': key, cookie: `key=${key}`, ...bearer(key) } },
    { method: 'POST', path: '/v1/runs', headers: json, body: `{"code":"1","key":"${key}"}` },
    { method: 'POST', path: '/v1/runs', headers: json, body: `{"code":"1","${key}":1}` },
    {
      method: 'POST',
      path: '/v1/runs',
      headers: json,
      body: `{"code":"1","env":{"KEY":"${key}"}}`,
    },
    { method: 'POST', path: '/v1/runs', headers: { ...json, 'idempotency-key': key }, body: '{' },
  ];
  for (const call of calls) await send(call);
  return calls.length;
};

export default attack;
