// The long version of what test/service/nodes.test.ts says of two services over one database.
import { test } from 'node:test';
import { servicesKilled } from '../service/nodes-faults.support.ts';

const share = Number(process.env['CASTELLAN_SHARE'] ?? 1);

test('F19: kill -9 of three services over one database in turns, some stopped beyond their lease', () =>
  servicesKilled({
    runs: Math.ceil(600 * share),
    services: 3,
    leaseMs: 5_000,
    withinMs: 30 * 60_000,
  }));
