import { format } from './format.ts';
import type { Order } from './order.ts';

/** The total of the orders, as text. Prices are in cents. */
export function total(orders: readonly Order[], prices: Readonly<Record<string, number>>): string {
  let cents = 0;
  for (const { product, count } of orders) cents += count * (prices[product] ?? 0);
  return format(cents);
}
