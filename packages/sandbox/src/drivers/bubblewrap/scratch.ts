import { execFile } from 'node:child_process';
import { release } from 'node:os';
import { promisify } from 'node:util';
import { boxRoom } from '../cgroup/folders.ts';
import { find } from './tools.ts';

/** Where a script may write, inside the box. */
export const scratch = {
  root: '/scratch',
  work: '/scratch/work',
} as const;

/** What a box finds that bubblewrap cannot make by itself. */
export interface Tmpfs {
  /** Bytes of the writable file system. */
  readonly bytes: number;
  /** Files and folders that fit into it, whatever they hold. */
  readonly inodes: number;
  /** Folders in it, by name. */
  readonly folders: readonly string[];
  /** Devices that programs expect, by their names in `/dev`: none of them may lead anywhere. */
  readonly devices: readonly string[];
  /** Processes and threads, where the kernel counts them for each user namespace. */
  readonly tasks: number;
}

/** The tmpfs of a node engine's box, with room for so many bytes and processes. */
export const nodeTmpfs = (bytes: number, processes = 1): Tmpfs => ({
  bytes,
  inodes: 4_096,
  folders: ['work', 'tmp', 'home'],
  devices: ['null', 'zero', 'urandom'],
  tasks: boxRoom.tasks * processes,
});

/** A folder that every machine has, and that nothing of a box is taken from. */
const meetingPoint = '/sys';

/** What the C library looks up: loopback by its name, and who the box's user is. */
const etc = {
  hosts: ['127.0.0.1 localhost box', '::1 localhost'],
  'nsswitch.conf': ['hosts: files', 'passwd: files', 'group: files'],
  passwd: [`nobody:x:65534:65534:nobody:${scratch.root}/home:/bin/false`],
  group: ['nogroup:x:65534:'],
};

/** Where `/dev` is mounted with one of these, and it mostly is, a namespace may not take it away. */
const readOnly = 'ro,nosuid,noexec';

/** Programs that mount the tmpfs before bubblewrap starts, as absolute paths. */
export interface ScratchTools {
  readonly unshare: string;
  readonly mount: string;
  readonly prlimit: string;
  readonly sh: string;
}

/**
 * Finds out by doing whether a file system of bounded inodes can be mounted here. bubblewrap's own
 * bounds bytes only: 400,000 empty files fitted into 16 MB, and took kernel memory for each.
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
 * The beginning of a command line: a user and a mount namespace of their own, in which an empty
 * file system is mounted, and then what follows. It is gone with the last process that sees it.
 * Devices are made read-only here, which no option of bubblewrap's does: one can be written to all
 * the same, but where the launcher is root, the box's user would own it and could change its mode.
 */
export function mounting(
  { unshare, mount, prlimit, sh }: ScratchTools,
  { bytes, inodes, devices, tasks, ...tmpfs }: Tmpfs,
): readonly [program: string, ...rest: string[]] {
  const options = `size=${bytes},nr_inodes=${inodes},mode=0700,noexec,nosuid,nodev`;
  const folders = tmpfs.folders.map(folderAt);
  const bound = devices.map((name) => [`/dev/${name}`, `${meetingPoint}/dev/${name}`] as const);
  // Counted in the namespace that was just made: the user's other processes have no say in it.
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

/** Where a folder of the tmpfs is while the box is built. */
export const folderAt = (name: string): string => `${meetingPoint}/scratch/${name}`;

/** bubblewrap's part: the devices that were put there. */
export const deviceMounts = ({ devices }: Tmpfs): readonly string[] =>
  devices.flatMap((name) => ['--dev-bind', `${meetingPoint}/dev/${name}`, `/dev/${name}`]);

/** bubblewrap's part for the node engine: what was mounted there, as its writable folder. */
export const scratchMounts: readonly string[] = [
  ...['--bind', `${meetingPoint}/scratch`, scratch.root],
  ...deviceMounts(nodeTmpfs(0)),
  ...['--ro-bind', `${meetingPoint}/etc`, '/etc'],
  ...['--symlink', `${scratch.root}/tmp`, '/tmp'],
];
