import { availableParallelism } from 'node:os';
import { whole } from '@castellan/protocol/kinds';
import { row } from './row.ts';

const count = whole(1, 2 ** 31 - 1);

/** How many functions a tenant may store, and of which size; how many calls there may be at a time. */
export const functionRows = {
  'functions.perTenant': row(count, 1_000, 'CASTELLAN_FUNCTIONS', 'Functions of one tenant.'),
  'functions.versions': row(
    whole(1, 10_000),
    100,
    'CASTELLAN_FUNCTION_VERSIONS',
    'Versions of a function that are kept; older ones only while an alias names them.',
  ),
  'functions.concurrency': row(
    count,
    4 * availableParallelism(),
    'CASTELLAN_CALLS',
    'Calls at a time that are not written down, of all tenants together; beside the runs of queue.concurrency.',
    'four for each processor',
  ),
  'functions.tenantBytes': row(
    whole(1, Number.MAX_SAFE_INTEGER),
    256 * 2 ** 20,
    'CASTELLAN_FUNCTIONS_BYTES',
    'Size of all versions of all functions of one tenant.',
  ),
} as const;
