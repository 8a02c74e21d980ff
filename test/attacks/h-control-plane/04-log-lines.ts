// H: line breaks, terminal sequences and whole forged lines in everything that might be logged.
import { type Attack, bearer } from './scene.support.ts';

const forged = '{"level":"info","msg":"forged-line","caller":"admin"}';
const texts = [
  `\n${forged}`,
  `\r\n${forged}\r\n`,
  '\u001b[2J\u001b[31mforged-line',
  '\u009b2Jforged-line',
  `\u2028${forged}`,
  `"},${forged},{"a":"`,
  '%0a%0dforged-line',
  '%s%d%j%o forged-line',
  '\u0000forged-line',
];

const attack: Attack = async ({ send, thief }) => {
  let tries = 0;
  const headers = { ...bearer(thief.key), 'content-type': 'application/json', prefer: 'wait=5' };
  for (const text of texts) {
    const json = (body: object) => ({
      method: 'POST',
      path: '/v1/runs',
      headers,
      body: JSON.stringify(body),
    });
    await send(
      json({
        code: `console.log(${JSON.stringify(text)}); throw new Error(${JSON.stringify(text)})`,
      }),
    );
    await send(json({ code: '1', labels: { a: text }, [text]: 1 }));
    await send(json({ code: '1', tenant: text, policy: text }));
    await send({ path: `/v1/runs/${encodeURIComponent(text)}`, headers });
    await send({ path: `/${encodeURIComponent(text)}?${encodeURIComponent(text)}`, headers });
    const plain = text.replaceAll(/[^\t\u0020-\u007e]/g, '_');
    const named = {
      'user-agent': plain,
      referer: plain,
      'x-request-id': plain,
      'idempotency-key': plain,
    };
    await send({ path: '/v1/status', headers: { ...headers, ...named } });
    await send({ path: '/v1/status', headers: { authorization: `Bearer ${plain}` } });
    tries += 7;
  }
  return tries;
};

export default attack;
