import assert from 'node:assert/strict';
import type { Row } from '../attack.support.ts';

const env = {
  NODE_OPTIONS: '--require /etc/passwd --inspect=0.0.0.0:9229',
  LD_PRELOAD: '/tmp/evil.so',
  OPENSSL_CONF: '/tmp/evil.cnf',
};

/** G: engine and side channels. */
export const engineRows: readonly Row[] = [
  { program: '01-clocks.js', ends: [null], check: ({ value }) => assert.deepEqual(value, []) },
  {
    program: '02-engine-doors.js',
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, []),
  },
  {
    program: '03-environment.js',
    env,
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, env),
  },
  { program: '04-words-of-the-engine.js', ends: [null], limits: { cpuMs: 2_000 }, tries: 50 },
  {
    program: '05-finer-clocks.js',
    ends: [null],
    check: ({ value }) => assert.deepEqual(value, []),
  },
];
