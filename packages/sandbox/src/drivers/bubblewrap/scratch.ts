import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { boxRoom } from '../../walls/cgroup/folders.ts';
import { find } from './tools.ts';

/** Paths in the box where a script may write. */
export const scratch = {
  root: '/scratch',
  work: '/scratch/work',
} as const;

/** The writable file system of a box, with devices and limits that bubblewrap itself cannot make. */
export interface Tmpfs {
  /** Its size in bytes. */
  readonly bytes: number;
  /** The limit of files and folders, whatever their size. */
  readonly inodes: number;
  /** Folders in it, by name. */
  readonly folders: readonly string[];
  /** Harmless devices that programs expect, by their names in `/dev`. */
  readonly devices: readonly string[];
  /** The limit of processes and threads, where the kernel counts them per user namespace. */
  readonly tasks: number;
}

/** The tmpfs of a node engine's box, sized for these bytes and processes. */
export const nodeTmpfs = (bytes: number, processes = 1): Tmpfs => ({
  bytes,
  inodes: 4_096,
  folders: ['work', 'tmp', 'home'],
  devices: ['null', 'zero', 'urandom'],
  tasks: boxRoom.tasks * processes,
});

/**
 * The mount point during construction: a folder that exists on every machine and of which boxes use
 * nothing.
 */
const meetingPoint = '/sys';

/** Files that the C library reads: the name of loopback, and the user of the box. */
const etc = {
  hosts: ['127.0.0.1 localhost box', '::1 localhost'],
  'nsswitch.conf': ['hosts: files', 'passwd: files', 'group: files'],
  passwd: [`nobody:x:65534:65534:nobody:${scratch.root}/home:/bin/false`],
  group: ['nogroup:x:65534:'],
};

/** Flags of the bind mounts. `/dev` mostly has them, and a user namespace must not clear a flag. */
const readOnly = 'ro,nosuid,noexec';

/** Programs that make the tmpfs before bubblewrap starts, as absolute paths. */
export interface ScratchTools {
  readonly unshare: string;
  readonly mount: string;
  readonly prlimit: string;
  readonly sh: string;
}

/**
 * Tests whether a file system with a limit of inodes can be mounted here. bubblewrap's own tmpfs limits
 * bytes only: 400,000 empty files fitted into 16 MB, and took kernel memory for each.
 */
export async function findScratchTools(): Promise<ScratchTools | string> {
  const names = ['unshare', 'mount', 'prlimit', 'sh'];
  const [unshare, mount, prlimit, sh] = await Promise.all(names.map(find));
  if (!unshare || !mount || !prlimit || !sh) return `one of ${names.join(', ')} was not found`;
  const tools = { unshare, mount, prlimit, sh };
  const [program, ...rest] = mounting(tools, nodeTmpfs(2 ** 20));
  try {
    await promisify(execFile)(program, [...rest, sh, '-c', ':'], { env: {} });
    return tools;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return stderr.trim().slice(0, 300) || (error as Error).message;
  }
}

/**
 * The beginning of a command line: new user and mount namespaces, in which the tmpfs is mounted, and then
 * the command that follows. The tmpfs vanishes with the last process that sees it. Devices are bound
 * read-only, which bubblewrap cannot do. They can still be written to, but where the launcher is root
 * the user of the box owns them, and must not change their mode.
 */
export function mounting(
  { unshare, mount, prlimit, sh }: ScratchTools,
  { bytes, inodes, devices, tasks, ...tmpfs }: Tmpfs,
): readonly [program: string, ...rest: string[]] {
  const options = `size=${bytes},nr_inodes=${inodes},mode=0700,noexec,nosuid,nodev`;
  const folders = tmpfs.folders.map(folderAt);
  const bound = devices.map((name) => [`/dev/${name}`, `${meetingPoint}/dev/${name}`] as const);
  // The limit counts in the new namespace only, not the user's other processes.
  const counting = countsPerNamespace() ? [prlimit, `--nproc=${tasks}`] : [];
  const script = [
    `'${mount}' -n -t tmpfs -o ${options} none ${meetingPoint}`,
    ...[...['dev', 'etc', 'scratch'].map((name) => `${meetingPoint}/${name}`), ...folders].map(
      (folder) => `mkdir ${folder}`,
    ),
    ...Object.entries(etc).map(
      ([name, lines]) =>
        `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')} > ${meetingPoint}/etc/${name}`,
    ),
    ...bound.flatMap(([from, to]) => [
      `: > ${to}`,
      `'${mount}' -n --bind -o ${readOnly} ${from} ${to}`,
    ]),
    'exec "$@"',
  ].join(' && ');
  const namespaces = ['--user', '--map-root-user', '--mount', '--'];
  return [unshare, ...namespaces, ...counting, sh, '-c', script, 'sh'];
}

/** Since 5.14 the limit on processes is counted for each user namespace. */
function countsPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

/** The path of a folder of the tmpfs during construction. */
export const folderAt = (name: string): string => `${meetingPoint}/scratch/${name}`;

/** Arguments of bubblewrap that mount the prepared devices. */
export const deviceMounts = ({ devices }: Tmpfs): readonly string[] =>
  devices.flatMap((name) => ['--dev-bind', `${meetingPoint}/dev/${name}`, `/dev/${name}`]);

/**
 * Arguments of bubblewrap for the node engine: the tmpfs as its writable folder, devices and
 * `/etc`.
 */
export const scratchMounts: readonly string[] = [
  '--bind',
  `${meetingPoint}/scratch`,
  scratch.root,
  ...deviceMounts(nodeTmpfs(0)),
  '--ro-bind',
  `${meetingPoint}/etc`,
  '/etc',
  '--symlink',
  `${scratch.root}/tmp`,
  '/tmp',
];
