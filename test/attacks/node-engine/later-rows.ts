import assert from 'node:assert/strict';
import type { Row } from '../attack.support.ts';

const Mi = 2 ** 20;
/** A name whose address is this machine's, so that the proxy has something to say. */
const network = { allow: ['allowed.test', 'localhost'] };

/** What more there is of A to G. */
export const laterRows: readonly Row[] = [
  { program: 'a-35-forged-reads.js', ends: [null] },
  {
    program: 'a-36-frames-after-the-end.js',
    ends: [null],
    check({ value, logs, artifacts }) {
      assert.deepEqual([value, logs, artifacts], ['first', [], []]);
    },
  },
  { program: 'a-37-half-a-frame.js', ends: ['policy_violation', 'engine_crashed', null] },
  { program: 'a-38-places-of-parts.js', ends: [null, 'policy_violation'] },
  { program: 'a-39-helpers-by-path.js', ends: [null] },
  { program: 'a-40-functions-never-made.js', isRare: true, ends: [null] },
  { program: 'b-15-devices.js', isRare: true, bare: true, ends: [null], tries: 60 },
  { program: 'b-16-settings-of-the-kernel.js', bare: true, ends: [null], tries: 30 },
  { program: 'b-17-names-that-race.js', ends: [null, 'artifact_limit'], limits: { cpuMs: 2_000 } },
  { program: 'b-18-snapshots-and-reports.js', bare: true, ends: [null], tries: 14 },
  {
    program: 'd-23-watches.js',
    isRare: true,
    bare: true,
    ends: [null, 'cpu_timeout'],
    limits: { cpuMs: 3_000 },
  },
  {
    program: 'd-24-pipes.js',
    isRare: true,
    bare: true,
    ends: [null, 'out_of_memory', 'cpu_timeout', 'uncaught_exception'],
    limits: { cpuMs: 3_000 },
  },
  {
    program: 'd-25-names.js',
    isRare: true,
    bare: true,
    ends: [null, 'out_of_memory', 'cpu_timeout'],
    limits: { cpuMs: 3_000 },
  },
  {
    program: 'd-26-handlers-of-the-end.js',
    ends: [null, 'cpu_timeout', 'wall_timeout'],
    limits: { wallMs: 1_500 },
  },
  {
    program: 'd-27-threads-that-stay.js',
    isRare: true,
    ends: [null, 'cpu_timeout', 'out_of_memory'],
    limits: { wallMs: 2_000 },
  },
  { program: 'e-09-proxy-requests.js', bare: true, ends: [null], tries: 17, network },
  {
    program: 'e-10-names-by-hand.js',
    isRare: true,
    bare: true,
    ends: [null],
    tries: 30,
    limits: { wallMs: 12_000 },
  },
  { program: 'e-11-servers-for-others.js', isRare: true, bare: true, ends: [null], tries: 10 },
  {
    program: 'g-09-loaders.js',
    ends: [null],
    tries: 14,
    limits: { cpuMs: 4_000, memoryBytes: 256 * Mi, wallMs: 15_000 },
  },
  { program: 'g-10-hidden-bindings.js', isRare: true, ends: [null], tries: 60 },
  { program: 'g-11-crypto-of-all.js', bare: true, ends: [null], tries: 10 },
  {
    program: 'g-12-memory-of-others.js',
    isRare: true,
    ends: [null],
    tries: 60,
    limits: { cpuMs: 6_000, memoryBytes: 512 * Mi, wallMs: 12_000 },
  },
];
