import { openTables } from '../storage/tables/open.ts';
import type { WebhookStore } from './store.ts';
import { storedWebhooks } from './stored-webhooks.ts';
import { webhookTables } from './tables.ts';

/** Opens the deliveries where the store is: in the database, or in a file of the data folder. */
export async function openWebhooks(
  folder: string,
  url: string | null,
  perTenant: number,
): Promise<WebhookStore> {
  return storedWebhooks(await openTables(webhookTables, folder, url), perTenant);
}
