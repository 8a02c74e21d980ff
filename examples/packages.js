// Packages of the runtime: import and require() both work, in every form of script.
import dayjs from 'dayjs';
import utc from 'dayjs/plugin/utc';
import { z } from 'zod';
const { groupBy, sumBy } = require('lodash');

dayjs.extend(utc);

const Order = z.object({ day: z.string(), amount: z.number().positive() });
const orders = z.array(Order).parse(
  params.orders ?? [
    { day: '2026-11-20', amount: 30 },
    { day: '2026-11-21', amount: 12 },
    { day: '2026-11-21', amount: 8 },
  ],
);

const byDay = groupBy(orders, ({ day }) => dayjs.utc(day).format('dddd'));
return Object.fromEntries(Object.entries(byDay).map(([day, list]) => [day, sumBy(list, 'amount')]));
