import { type SyscallRow, type SyscallTable, namespaceFlags } from './table.ts';

/** Calls besides `clone` by which a process comes into another user namespace. */
const ways = ['unshare', 'setns', 'clone3'];

/** Whether no process under this filter can make a user namespace, or enter one. */
export function refusesNamespaces({ otherwise, rows }: SyscallTable): boolean {
  const allowed = rows.filter(({ action }) => action === 'allow');
  return (
    otherwise !== 'allow' &&
    !allowed.some(({ name }) => ways.includes(name)) &&
    allowed.filter(({ name }) => name === 'clone').every(makesNone)
  );
}

/** Whether a row of `clone` lets only calls through that have none of the flags. */
function makesNone({ when }: SyscallRow): boolean {
  if (when?.index !== 0) return false;
  const { mask = 0xffff_ffff_ffff_ffffn, oneOf } = when;
  const seen = mask & namespaceFlags;
  return seen === namespaceFlags && oneOf.every((value) => (value & namespaceFlags) === 0n);
}
