import {
  rows,
  type ArgumentRule,
  type SyscallAction,
  type SyscallRow,
  type SyscallTable,
} from './table.ts';

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

/** Its numbers have 64 bits, which JSON can say and a JavaScript number cannot: write them with `ociText`. */
interface OciArgument {
  readonly index: number;
  readonly value: bigint;
  readonly valueTwo?: bigint;
  readonly op: 'SCMP_CMP_EQ' | 'SCMP_CMP_MASKED_EQ';
}

/** How a runtime reads a filter. */
export interface Dialect {
  readonly verdicts: Readonly<Record<SyscallAction, { action: string; errnoRet?: number }>>;
  /** What it calls itself between loading the filter and starting the program. */
  readonly own: readonly SyscallRow[];
}

const verdicts: Dialect['verdicts'] = {
  allow: { action: 'SCMP_ACT_ALLOW' },
  eperm: { action: 'SCMP_ACT_ERRNO', errnoRet: 1 },
  enosys: { action: 'SCMP_ACT_ERRNO', errnoRet: 38 },
  kill: { action: 'SCMP_ACT_KILL_PROCESS' },
};

/**
 * What runc itself calls between loading the filter and starting the program: it opens a pipe, by
 * `O_WRONLY | O_CLOEXEC` and after a look at the file system that it is on.
 */
const startRows: readonly SyscallRow[] = [
  ...rows('allow', { fstatfs: 138 }),
  { name: 'openat', number: 257, action: 'allow', when: { index: 2, oneOf: [0o2000001n] } },
];

/** Docker, runc and crun. */
const linux: Dialect = { verdicts, own: startRows };

/**
 * gVisor, whose filter has one error, EPERM, and one way to end a program. A call that is left to a tracer
 * does not exist for a program without one.
 */
export const gvisorDialect: Dialect = {
  verdicts: {
    ...verdicts,
    enosys: { action: 'SCMP_ACT_TRACE' },
    kill: { action: 'SCMP_ACT_KILL' },
  },
  own: [],
};

/**
 * The table for Docker and OCI runtimes. Only x86-64 is named, so that libseccomp kills calls of any
 * other architecture and of x32.
 */
export function toOci(table: SyscallTable, dialect: Dialect = linux): OciSeccomp {
  const { action, errnoRet } = dialect.verdicts[table.otherwise];
  const known = new Set(table.rows.filter(isPlain).map(({ name }) => name));
  const missing =
    table.otherwise === 'allow' ? [] : dialect.own.filter(({ name }) => !known.has(name));
  return {
    defaultAction: action,
    ...(errnoRet === undefined ? {} : { defaultErrnoRet: errnoRet }),
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [...table.rows, ...missing].flatMap((row) => entriesOf(row, dialect)),
  };
}

/** Not in the types yet: an object that is written as that text. */
const { rawJSON } = JSON as JSON & { rawJSON: (text: string) => object };

/** The same as JSON, with every digit of its numbers. */
export function ociText(table: SyscallTable, dialect: Dialect = linux): string {
  return ociJson(toOci(table, dialect));
}

export function ociJson(profile: object, indent?: number): string {
  const exact = (_: string, value: unknown): unknown =>
    typeof value === 'bigint' ? rawJSON(String(value)) : value;
  return JSON.stringify(profile, exact, indent);
}

function isPlain({ when, and, anyOf }: SyscallRow): boolean {
  return when === undefined && and === undefined && anyOf === undefined;
}

/** Entries for the same call are alternatives, arguments of one entry are not. */
function entriesOf(row: SyscallRow, dialect: Dialect): OciSyscall[] {
  const base = { names: [row.name], ...dialect.verdicts[row.action] };
  if (isPlain(row)) return [base];
  const lists = row.anyOf ?? [[...(row.when === undefined ? [] : [row.when]), ...(row.and ?? [])]];
  return lists.flatMap(combined).map((args) => ({ ...base, args }));
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
    ? { index, value, op: 'SCMP_CMP_EQ' }
    : { index, value: rule.mask, valueTwo: value, op: 'SCMP_CMP_MASKED_EQ' };
}
