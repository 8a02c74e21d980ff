// castellan run examples/multi-file/main.ts

import prices from './prices.json' with { type: 'json' };
import { total } from './lib/total.ts';
import type { Order } from './lib/order.ts';

const orders: Order[] = [
  { product: 'rope', count: 3 },
  { product: 'lantern', count: 1 },
];

export default function () {
  return { total: total(orders, prices) };
}
