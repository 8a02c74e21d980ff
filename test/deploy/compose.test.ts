// The cluster of the compose file: its workers have the walls of the guide's container, its API nodes build no boxes and
// need no filter of ours, and only they come near the database.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { wallFlags } from '../packed/container.support.ts';

const file = join(import.meta.dirname, '../../deploy/container/cluster.yaml');
const { services, networks } = parse(readFileSync(file, 'utf8'), { merge: true }) as Compose;

interface Compose {
  readonly services: Readonly<Record<'api' | 'worker' | 'database', Part>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
}

interface Part {
  readonly command?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly pids_limit?: number;
  readonly mem_limit?: string;
  readonly memswap_limit?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly env_file: string;
  readonly networks: readonly string[];
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
}

/** The walls of a part as flags of `docker run`. */
const flagsOf = (part: Part): string[] => [
  ...(part.read_only === true ? ['--read-only'] : []),
  ...(part.cap_drop ?? []).flatMap((each) => ['--cap-drop', each]),
  ...(part.security_opt ?? []).flatMap((each) => [
    '--security-opt',
    each.replace('=./', '=deploy/container/'),
  ]),
  ...(part.tmpfs ?? [])
    .filter((each) => each.startsWith('/tmp:'))
    .flatMap((each) => ['--tmpfs', each]),
  '--memory',
  String(part.mem_limit),
  '--memory-swap',
  String(part.memswap_limit),
  '--pids-limit',
  String(part.pids_limit),
];

test('a worker has the walls of the guide', () => {
  const flags = wallFlags();
  // It ends when its runs have, and not after the drain of a service.
  flags.splice(flags.indexOf('--stop-timeout'), 2);
  assert.deepEqual(flagsOf(services.worker), flags);
  assert.deepEqual(services.worker.command, ['worker']);
});

test('an API node builds no boxes, so it keeps the filter of Docker and covers /proc', () => {
  const { command, security_opt: options, read_only: isReadOnly, cap_drop: dropped } = services.api;
  assert.deepEqual(command, ['serve', '--launchers', '0']);
  assert.deepEqual([options, isReadOnly, dropped], [['no-new-privileges'], true, ['ALL']]);
});

test('workers cannot come near the database, and nobody may ask them', () => {
  assert.deepEqual(services.database.networks, ['inside']);
  assert.deepEqual(services.worker.networks, ['front']);
  assert.equal(networks['inside']?.internal, true);
  assert.deepEqual([services.worker.ports, services.database.ports], [undefined, undefined]);
  assert.deepEqual(services.worker.environment, { CASTELLAN_URL: 'http://api:7400' });
  const files = Object.values(services).map(({ env_file: each }) => each);
  assert.equal(new Set(files).size, files.length, 'each has secrets of its own');
});

test('ports are open to this machine alone', () => {
  for (const port of services.api.ports ?? []) assert.match(port, /^127\.0\.0\.1:/);
});
