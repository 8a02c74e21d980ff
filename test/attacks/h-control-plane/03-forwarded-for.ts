// H: a new address in every header that a proxy might set, to be counted as somebody else each time.
import type { Attack } from './scene.support.ts';

const attack: Attack = async ({ send, anonymousPerMinute }) => {
  const tries = anonymousPerMinute * 3;
  let taken = 0;
  for (let at = 0; at < tries; at++) {
    const fresh = `198.51.100.${at}`;
    const headers = {
      'x-forwarded-for': at % 2 === 0 ? fresh : `${fresh}, 127.0.0.1`,
      'x-real-ip': fresh,
      'x-client-ip': fresh,
      'cf-connecting-ip': fresh,
      'true-client-ip': fresh,
      forwarded: `for=${fresh};proto=https;host=a`,
      'x-forwarded-host': 'localhost',
      'x-forwarded-proto': 'https',
      via: `1.1 ${fresh}`,
    };
    const { status } = await send({ path: '/v1/status', headers, from: '127.0.0.8' });
    if (status !== 429) taken++;
  }
  if (taken > anonymousPerMinute) throw new Error(`${taken} of ${tries} were taken`);
  return tries;
};

export default attack;
