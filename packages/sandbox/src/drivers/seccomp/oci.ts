import type { ArgumentRule, SyscallAction, SyscallTable } from './table.ts';

/** The `seccomp` object of an OCI runtime configuration; Docker reads the same shape. */
export interface OciSeccomp {
  readonly defaultAction: string;
  readonly defaultErrnoRet?: number;
  readonly architectures: readonly string[];
  readonly syscalls: readonly OciSyscall[];
}

export interface OciSyscall {
  readonly names: readonly string[];
  readonly action: string;
  readonly errnoRet?: number;
  /** All must hold. */
  readonly args?: readonly OciArgument[];
}

interface OciArgument {
  readonly index: number;
  readonly value: number;
  readonly valueTwo?: number;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

const verdicts: Readonly<Record<SyscallAction, { action: string; errnoRet?: number }>> = {
  allow: { action: 'SCMP_ACT_ALLOW' },
  eperm: { action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
  enosys: { action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
  kill: { action: 'SCMP_ACT_KILL_PROCESS' },
};

/**
 * The table for Docker and OCI runtimes. Only x86-64 is named, so that libseccomp kills calls of any
 * other architecture and of x32.
 */
export function toOci(table: SyscallTable): OciSeccomp {
  const { action, errnoRet } = verdicts[table.otherwise];
  return {
    defaultAction: action,
    ...(errnoRet === undefined ? {} : { defaultErrnoRet: errnoRet }),
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: table.rows.flatMap((row): OciSyscall[] => {
      const base = { names: [row.name], ...verdicts[row.action] };
      // Entries for the same call are alternatives, arguments of one entry are not.
      if (row.anyOf !== undefined) {
        return row.anyOf.flatMap(combined).map((args) => ({ ...base, args }));
      }
      const rules = row.when === undefined ? [] : [row.when, ...(row.and ?? [])];
      if (rules.length === 0) return [base];
      return combined(rules).map((args) => ({ ...base, args }));
    }),
  };
}

/** Every choice of one value for each rule. */
function combined(rules: readonly ArgumentRule[]): OciArgument[][] {
  return rules.reduce<OciArgument[][]>(
    (all, rule) => all.flatMap((one) => rule.oneOf.map((value) => [...one, argument(rule, value)])),
    [[]],
  );
}

function argument(rule: ArgumentRule, value: bigint): OciArgument {
  const { index } = rule;
  return rule.mask === undefined
    ? { index, value: Number(value), op: 'SCMP_CMP_EQ' }
    : { index, value: Number(rule.mask), valueTwo: Number(value), op: 'SCMP_CMP_MASKED_EQ' };
}
