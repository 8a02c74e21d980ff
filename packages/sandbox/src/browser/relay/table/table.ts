import { browserRows, targetRows } from './browser.ts';
import { emulationRows } from './emulation.ts';
import { networkRows } from './network.ts';
import { pageRows } from './page.ts';
import { type Rows, usual } from './row.ts';
import { scriptRows } from './scripts.ts';
import { storageRows } from './storage.ts';
import { styleRows } from './styles.ts';
import { treeRows } from './tree.ts';

/** The rows by what they concern. No method is in two of them. */
export const parts: readonly Rows[] = [
  browserRows,
  targetRows,
  pageRows,
  scriptRows,
  treeRows,
  styleRows,
  networkRows,
  storageRows,
  emulationRows,
];

/**
 * The allow-list of commands. Others are refused, with a line in the log. Left out on purpose: whatever
 * reads or writes files of the box, changes the proxy, inspects Chromium itself, or reaches targets that
 * are not pages; `refusals` says which of these each one is.
 */
export const table: Rows = Object.assign({}, ...parts) as Rows;

/** The most bytes of a command; of one that is not allowed, as many as of a small one. */
export function mostOf(method: string): number {
  return (Object.hasOwn(table, method) ? table[method]?.most : undefined) ?? usual;
}
