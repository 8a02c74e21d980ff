// H: keys of another tenant, by a script: listed, read, overwritten, pushed out; floods, huge values, names of prototypes.
import { type Attack, bearer, victimKey } from './scene.support.ts';

const attack: Attack = async ({ send, thief }) => {
  let tries = 0;
  const headers = {
    ...bearer(thief.key),
    'content-type': 'application/json',
    prefer: 'wait=60',
  };
  /** Runs a script that gives back all that it gets. */
  const run = async (code: string): Promise<void> => {
    await send({ method: 'POST', path: '/v1/runs', headers, body: JSON.stringify({ code }) });
    tries++;
  };
  const all = (calls: readonly string[]): string =>
    `return Promise.all([${calls.map((call) => `(async () => ${call})().catch((error) => [error.message, error.stack])`).join()}])`;
  const keys = [
    victimKey,
    `victim/${victimKey}`,
    `victim\\u0000${victimKey}`,
    `../victim/${victimKey}`,
    '%',
    '__proto__',
    'constructor',
    "' OR 1=1 --",
  ];
  await run(all(keys.map((key) => `kv.get(${JSON.stringify(key)})`)));
  await run(
    all([
      'kv.list()',
      "kv.list({ prefix: '%' })",
      "kv.list({ after: '\\uffff' })",
      "kv.list({ tenant: 'victim' })",
      'kv.list({ limit: -1 })',
      "kv.list({ __proto__: { tenant: 'victim' } })",
    ]),
  );
  await run(all(keys.map((key) => `kv.get(${JSON.stringify(key)}, { tenant: 'victim' })`)));
  // An object in the place of a text, and names that lead elsewhere in a careless object.
  await run(
    all([
      'kv.get(new Proxy({}, { get: () => () => "a" }))',
      'kv.set.call({ runId: "run_0" }, "a", 1)',
      'kv.constructor.constructor("return process")()',
      "kv.set('__proto__', { polluted: 1 }).then(() => ({}).polluted)",
      "kv.set('a', JSON.parse('{\"__proto__\":{\"polluted\":1}}')).then(() => kv.get('a'))",
    ]),
  );
  // The thief's own of the same name, overwritten, removed, and in a flood: the victim's stays.
  await run(
    all([
      `kv.set(${JSON.stringify(victimKey)}, 'mine')`,
      `kv.delete(${JSON.stringify(victimKey)})`,
    ]),
  );
  await run(
    "const kept = await Promise.allSettled(Array.from({ length: 400 }, (_, at) => kv.set('flood' + at, 'x'.repeat(60_000)))); return kept.filter(({ status }) => status === 'fulfilled').length",
  );
  await run(
    "try { await kv.set('big', 'x'.repeat(900_000)) } catch (error) { return error.message }",
  );
  await run("for (let at = 0; at < 10; at++) kv.set('late' + at, at); return 1");
  return tries;
};

export default attack;
