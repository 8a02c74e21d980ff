import type { Layer } from '@castellan/protocol';
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { limitsHold } from './rlimits.ts';
import type { ResourceLimit } from './rlimits.ts';

/** What a driver claims besides namespaces and process status. It is verified too. */
export interface LayerClaims {
  readonly limits: readonly ResourceLimit[];
  /** Whether the kernel lists the process in the box's cgroup; `false` where there is none. */
  readonly inCgroup: () => boolean;
  /** Whether that cgroup has its part of the processors. */
  readonly hasCpu?: boolean;
  /** The user and group of the machine that it has to itself; left out when it has none. */
  readonly user?: number | undefined;
}

const namespaces = {
  userns: 'user',
  pidns: 'pid',
  netns: 'net',
  mountns: 'mnt',
  ipcns: 'ipc',
  utsns: 'uts',
} as const satisfies Partial<Record<Layer, string>>;

/**
 * The layers around a running process, read from the kernel only. Works for the user who started the
 * box; a layer that cannot be verified is not listed. Call it once the runner has sent something:
 * before that its filter may not be installed.
 */
export function proveLayers(pid: number, claims: LayerClaims): readonly Layer[] {
  const proved: Layer[] = [];
  for (const [layer, name] of Object.entries(namespaces)) {
    if (namespaceDiffers(pid, name)) proved.push(layer as keyof typeof namespaces);
  }
  const status = textOf(`/proc/${pid}/status`);
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:\\s*(\\S+)$`, 'm').exec(status)?.[1];
  if (claims.user !== undefined && isUser(pid, claims.user)) proved.push('hostuser');
  if (field('Seccomp') === '2') proved.push('seccomp');
  // A driver puts one up around its box; the launcher may be under some itself.
  const isMute = filtersOf(status) >= filtersOf(textOf('/proc/self/status')) + 2;
  if (isMute) proved.push('mute');
  if (isClosed(pid, status, isMute)) proved.push('nodump');
  if (field('NoNewPrivs') === '1') proved.push('nonewprivs');
  const capabilities = ['CapInh', 'CapPrm', 'CapEff', 'CapBnd', 'CapAmb'];
  if (capabilities.every((name) => /^0+$/.test(field(name) ?? ''))) proved.push('nocaps');
  if (claims.inCgroup()) {
    proved.push('cgroup');
    if (claims.hasCpu === true) proved.push('cpushare');
  }
  if (claims.limits.length > 0 && limitsHold(textOf(`/proc/${pid}/limits`), claims.limits)) {
    proved.push('rlimits');
  }
  return proved;
}

const filtersOf = (status: string): number =>
  Number(/^Seccomp_filters:\s*(\d+)$/m.exec(status)?.[1] ?? 0);

/**
 * The kernel takes the files of a process that is closed from its user, and shows them as those of root of its user
 * namespace. Where it is that root, there is no difference to see: then the second filter says it, which is
 * counted only if the memory was closed before, in the same call, and which lets nobody open it again.
 */
function isClosed(pid: number, status: string, isMute: boolean): boolean {
  const owner = statSync(`/proc/${pid}/stat`, { throwIfNoEntry: false })?.uid;
  const user = /^Uid:\s+\d+\s+(\d+)/m.exec(status)?.[1];
  if (owner === undefined || user === undefined) return false;
  return String(owner) !== user || (isMute && rootOf(pid) === user);
}

/** Who root of the user namespace of a process is here; the kernel takes root of the machine where it is nobody. */
const rootOf = (pid: number): string =>
  /^\s*0\s+(\d+)/m.exec(textOf(`/proc/${pid}/uid_map`))?.[1] ?? '0';

/** Whether all of its user and group ids on this machine are this one, and it has no further groups. */
export function isUser(pid: number, id: number): boolean {
  const status = textOf(`/proc/${pid}/status`);
  const all = [id, id, id, id].join('\\s+');
  // Docker lists the group itself among the further ones.
  return [`^Uid:\\s+${all}$`, `^Gid:\\s+${all}$`, `^Groups:\\s*(?:${id}\\s*)?$`].every((line) =>
    new RegExp(line, 'm').test(status),
  );
}

function namespaceDiffers(pid: number, name: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/ns/${name}`) !== readlinkSync(`/proc/self/ns/${name}`);
  } catch {
    return false;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
