import type { Enclosure, MemoryFolder } from '../../boxes/enclosure.ts';
import { deviceAt, folderAt, type Mounter, mounting, textsAt } from '../memory.ts';
import { mark } from './orphans.ts';
import type { HostTools } from './tools.ts';

/** What enclosures of one kind are built with. */
export interface Means {
  readonly tools: HostTools;
  /** Where there is a folder in memory. */
  readonly mounter: Mounter | undefined;
  /** Whether the kernel refuses user namespaces in the box, besides the filter. */
  readonly isLimited: boolean;
  /** bubblewrap's arguments for `/proc`. */
  readonly proc: readonly string[];
  /** The beginning of a command line that becomes another user of the machine, if the box has one. */
  readonly becoming?: readonly string[];
}

/** Descriptors for bubblewrap itself, which closes both before the program starts. */
export function ownDescriptors({ descriptors: { length } }: Pick<Enclosure, 'descriptors'>): {
  readonly status: number;
  readonly filter: number;
} {
  return { status: length, filter: length + 1 };
}

/** Own namespaces, the identity of nobody, no capability, and an end together with the launcher. */
const isolation: readonly string[] = [
  '--unshare-user',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup',
  '--uid',
  '65534',
  '--gid',
  '65534',
  '--cap-drop',
  'ALL',
  '--new-session',
  '--die-with-parent',
  '--clearenv',
];

/**
 * The whole command line: `prlimit` sets the limits and becomes, by way of the box's own user, bubblewrap,
 * which builds the box and starts the program (docs/decisions/0002).
 *
 * Every mount point is on bubblewrap's own empty root, which is read-only at the end.
 */
export function bubblewrapCommand(
  { tools, mounter, isLimited, proc, becoming = [] }: Means,
  enclosure: Enclosure,
): readonly [program: string, ...rest: string[]] {
  const { hostname, limits, memory, mounts, environment, command } = enclosure;
  const { status, filter } = ownDescriptors(enclosure);
  const hasMemory = mounter !== undefined && memory !== undefined;
  return [
    tools.prlimit,
    ...limits.map(({ option, value }) => `--${option}=${value}`),
    ...becoming,
    ...(hasMemory ? mounting(mounter, memory) : []),
    tools.bwrap,
    ...isolation,
    '--hostname',
    hostname,
    ...(isLimited ? ['--disable-userns'] : []),
    ...(enclosure.hasReaper ? [] : ['--as-pid-1']),
    ...(enclosure.network === 'none' ? ['--unshare-net'] : []),
    ...mark(),
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...mounts.flatMap(({ from, to }) => ['--ro-bind', from, to]),
    ...proc,
    ...(hasMemory ? memoryMounts(memory) : []),
    '--remount-ro',
    '/',
    '--chdir',
    '/',
    '--json-status-fd',
    String(status),
    '--seccomp',
    String(filter),
    '--',
    ...command,
  ];
}

/** Arguments of bubblewrap that put the parts of the file system where they belong. */
function memoryMounts({ writable, devices, texts, links }: MemoryFolder): readonly string[] {
  return [
    ...Object.entries(writable).flatMap(([to, name]) => ['--bind', folderAt(name), to]),
    ...devices.flatMap((name) => ['--dev-bind', deviceAt(name), `/dev/${name}`]),
    ...Object.keys(texts).flatMap((to, index) => ['--ro-bind', textsAt(index), to]),
    ...Object.entries(links).flatMap(([path, target]) => ['--symlink', target, path]),
  ];
}
