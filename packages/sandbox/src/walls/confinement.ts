import { readFileSync } from 'node:fs';

/** What confines this process already, as far as it decides which boxes it can build. */
export interface Confinement {
  /** The value of a setting such as `user/max_user_namespaces`; `undefined` where the kernel has none. */
  readonly sysctl: (name: string) => string | undefined;
  readonly isRoot: boolean;
  /** Whether it may map root into a user namespace. */
  readonly hasSetfcap: boolean;
  /** Whether system calls of this process pass a filter. */
  readonly isFiltered: boolean;
  /** The AppArmor profile that it is under, `undefined` for none. */
  readonly appArmor: string | undefined;
}

/** The number of CAP_SETFCAP. */
const setfcap = 31;

/** The numbers of the capabilities that this process has. */
export function capabilities(): ReadonlySet<number> {
  const mask = BigInt(`0x${fieldOf(textOf('/proc/self/status'), 'CapEff')}`);
  return new Set(
    Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (mask >> BigInt(bit)) & 1n),
  );
}

/** Reads the confinement of this process from `/proc`. */
export function confinement(): Confinement {
  const status = textOf('/proc/self/status');
  const profile = textOf('/proc/self/attr/apparmor/current') || textOf('/proc/self/attr/current');
  return {
    sysctl: (name) => textOf(`/proc/sys/${name}`).trim() || undefined,
    isRoot: process.geteuid?.() === 0,
    hasSetfcap: capabilities().has(setfcap),
    isFiltered: fieldOf(status, 'Seccomp') === '2',
    appArmor: /^(\S+) \(enforce\)/.exec(profile)?.[1],
  };
}

function fieldOf(status: string, name: string): string {
  return new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(status)?.[1] ?? '0';
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
