import assert from 'node:assert/strict';
import type { Row } from '../attack.support.ts';

/** With a site that may be reached, on a machine whose other ports may not. */
const site = true;
const limits = { cpuMs: 3_000, wallMs: 15_000, networkRequests: 1_000 };

/** E: the network, by `fetch`. */
export const networkRows: readonly Row[] = [
  { program: '01-spellings.js', isRare: true, site, limits, ends: [null], tries: 200 },
  { program: '02-redirects.js', site, limits, ends: [null], tries: 70 },
  {
    program: '03-heads.js',
    site,
    limits,
    ends: [null],
    check({ value }) {
      const { sent, seen, hosts, urls, methods } = value as Record<string, unknown>;
      assert.deepEqual([hosts, urls], [[true], ['/asked']]);
      // As many as were sent: none became two.
      assert.equal(seen, sent);
      assert.deepEqual(methods, ['GET', 'POST']);
    },
  },
  { program: '04-schemes.js', site, limits, ends: [null], tries: 50 },
  {
    program: '05-secret-sent-on.js',
    site,
    limits,
    ends: [null],
    check({ value }) {
      const { asked, places, hosts, bodies } = value as Record<string, unknown>;
      assert.ok((asked as number) > 20);
      assert.deepEqual([places, hosts, bodies], [['/right', '/to'], [false], false]);
    },
  },
  { program: '06-secret-read-back.js', site, limits, ends: [null], check: isLong },
  {
    program: '07-dishonest-servers.js',
    site,
    limits,
    ends: [null],
    check({ value }) {
      const { told, after, polluted } = value as { told: object; after: number; polluted: string };
      assert.deepEqual([after, polluted], [200, 'undefined']);
      assert.doesNotMatch(Object.values(told).join(), /second/);
    },
  },
  {
    program: '08-state-of-others.js',
    site,
    limits,
    before: `const ask = (path, headers) => fetch('http://127.0.0.1:' + params.targets.site + path, { headers });
      await ask('/', { cookie: 'own=1', authorization: 'Basic own' }); await (await ask('/seen')).text(); return 1`,
    ends: [null],
    check: ({ value }) =>
      assert.deepEqual(value, { cookies: false, asked: true, document: 'undefined' }),
  },
  {
    program: '09-floods.js',
    isRare: true,
    site,
    limits,
    ends: [null],
    check: ({ value, truncated }) => {
      assert.deepEqual([value, truncated.networkRequests], [2_000, true]);
    },
  },
  { program: '10-waiting-answers.js', isRare: true, site, limits, ends: [null] },
];

/** The program has told of all its tries. */
function isLong({ value }: { readonly value: unknown }): void {
  assert.equal((value as unknown[]).length >= 14, true);
}
