import type { RunQuery } from '../../contract/runs.ts';
import { columnsWithoutValue } from '../../record/rows.ts';
import { splitLabel } from '../reading.ts';

/** How many rows of a list are read at a time, where few of them may fit. */
const rowsAtOnce = 200;

/** Rows that may fit, newest first, by the index that narrows them most; `besides` are shown, too. */
export function rowsFor(
  query: RunQuery,
  besides: string,
): {
  readonly text: string;
  readonly values: readonly unknown[];
  /** Fewer rows than this are the last. */
  readonly most: number;
} {
  const values: unknown[] = [];
  const put = (value: unknown): string => `$${values.push(value)}`;
  const byLabel = query.label !== undefined;
  const isIndexed = !byLabel && (query.tenant !== null || query.status === 'running');
  const isExact = query.policy === undefined && (query.status === undefined || isIndexed);
  // One more than is shown says whether there is a next page.
  const most = isExact ? query.limit + 1 : rowsAtOnce;
  const order = byLabel ? 'labels.run' : 'runs.id';
  // No id is after this.
  const conditions = [`${order} < ${put(query.cursor ?? '~')}`];
  if (query.label !== undefined) {
    const [name, value] = splitLabel(query.label);
    conditions.push(`labels.name = ${put(name)}`);
    if (value !== undefined) conditions.push(`labels.value = ${put(value)}`);
    if (query.tenant !== null) conditions.push(`labels.tenant = ${put(query.tenant)}`);
  } else {
    // No index orders the runs of one status across all tenants; few are running at a time.
    if (query.status !== undefined && isIndexed) {
      conditions.push(`runs.status = ${put(query.status)}`);
    }
    if (query.tenant !== null) conditions.push(`runs.tenant = ${put(query.tenant)}`);
  }
  const source = byLabel ? 'labels JOIN runs ON runs.id = labels.run' : 'runs';
  const where = conditions.join(' AND ');
  const text = `SELECT ${columnsWithoutValue}, ${besides} FROM ${source} WHERE ${where}
    ORDER BY ${order} DESC LIMIT ${most}`;
  return { text, values, most };
}
