// H: the victim's Idempotency-Key with the victim's own request, by another tenant and by nobody.
import { type Attack, bearer } from './scene.support.ts';

const attack: Attack = async ({ send, victim, thief, canary }) => {
  let tries = 0;
  // Even a thief who knows the whole request must get a run of its own; so it must not send the canary.
  const code = 'return 1';
  const keys = [
    'order-1',
    'victim order-1',
    'order-1\tvictim',
    '["x victim","order-1"]',
    victim.runId,
  ];
  for (const key of keys) {
    for (const auth of [bearer(thief.key), {}]) {
      const headers = {
        ...auth,
        'content-type': 'application/json',
        'idempotency-key': key,
        prefer: 'wait=5',
      };
      const { body } = await send({
        method: 'POST',
        path: '/v1/runs',
        headers,
        body: JSON.stringify({ code }),
        from: '127.0.0.9',
      });
      if (body.includes(victim.runId) || body.includes(canary))
        throw new Error(`got the victim's run: ${body}`);
      tries++;
    }
  }
  return tries;
};

export default attack;
