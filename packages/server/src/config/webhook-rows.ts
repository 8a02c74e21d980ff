import { orNull, text, whole } from '@castellan/protocol/kinds';
import { row } from './row.ts';

/** Who is told of the ends of runs. */
export const webhookRows = {
  'webhooks.policy': row(
    orNull(text),
    null,
    'CASTELLAN_WEBHOOKS_POLICY',
    'The policy by whose network webhooks are sent: its hosts are those that may be told of a run. null: none is told.',
  ),
  'webhooks.concurrency': row(
    whole(1, 1_000),
    8,
    'CASTELLAN_WEBHOOKS_CONCURRENCY',
    'Webhooks that are sent at a time, of all tenants together; one tenant has at most half of them.',
  ),
  'webhooks.perTenant': row(
    whole(1, 2 ** 31 - 1),
    10_000,
    'CASTELLAN_WEBHOOKS',
    'Webhooks of one tenant that wait for their run or for another attempt; further runs with one are answered 429.',
  ),
} as const;
