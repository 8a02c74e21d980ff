import type { Delivery } from '@castellan/sdk';
import { escapeLine } from '../output/escape.ts';
import { tableText } from '../output/table.ts';

/** Formats a delivery: where to, how it stands, and its attempts as a table. */
export function deliveryText({ url, state, nextAt, attempts }: Delivery): string {
  const next = nextAt === null ? '' : `, next attempt ${nextAt}`;
  const head = `${escapeLine(`${state}${next}: ${url}`)}\n`;
  const rows = attempts.map(({ at, status, durationMs, detail }) => [
    at,
    status === null ? '-' : String(status),
    `${durationMs} ms`,
    detail ?? 'delivered',
  ]);
  return head + tableText(['ATTEMPT', 'STATUS', 'TOOK', 'WHAT'], rows);
}
