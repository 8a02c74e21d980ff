import { functionTables } from '../functions/tables.ts';
import { kvTables } from '../kv/tables.ts';
import { scheduleTables } from '../schedules/tables.ts';
import { secretTables } from '../secrets/tables.ts';
import { webhookTables } from '../webhooks/tables.ts';
import type { Tables } from '../storage/tables/tables.ts';

/** What is kept beside runs, keys and stored links; copied, put back and moved with them. */
export const storedTables: readonly Tables[] = [
  functionTables,
  scheduleTables,
  secretTables,
  kvTables,
  webhookTables,
];
