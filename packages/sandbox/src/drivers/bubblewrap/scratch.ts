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

/** Files and folders that fit into it, whatever they hold. */
const mostInodes = 4_096;

/** A folder that every machine has, and that nothing of a box is taken from. */
const meetingPoint = '/sys';

/** Devices that programs expect: none of them leads anywhere. */
const devices = ['null', 'zero', 'urandom'];

/** Where `/dev` is mounted with one of these, and it mostly is, a namespace may not take it away. */
const readOnly = 'ro,nosuid,noexec';

/** What the writable folder is made with, and what may be used in it. */
export interface Scratch {
  readonly tools: ScratchTools;
  readonly bytes: number;
  /** Processes and threads of the box; `undefined` where a cgroup is sure to count them. */
  readonly tasks: number | undefined;
}

/** Programs that mount the writable folder before bubblewrap starts, as absolute paths. */
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
  const [program, ...rest] = mounting({ tools, bytes: 2 ** 20, tasks: boxRoom.tasks });
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
export function mounting(given: Scratch): readonly [program: string, ...rest: string[]] {
  const { unshare, mount, prlimit, sh } = given.tools;
  const options = `size=${given.bytes},nr_inodes=${mostInodes},mode=0700,noexec,nosuid,nodev`;
  const folders = ['work', 'tmp', 'home'].map((name) => `${meetingPoint}/scratch/${name}`);
  const bound = devices.map((name) => [`/dev/${name}`, `${meetingPoint}/dev/${name}`] as const);
  // Counted in the namespace that was just made: the user's other processes have no say in it.
  const isCounted = given.tasks !== undefined && countsPerNamespace();
  const tasks = isCounted ? [prlimit, `--nproc=${given.tasks}`] : [];
  const script = [
    `'${mount}' -n -t tmpfs -o ${options} none ${meetingPoint}`,
    ...[`${meetingPoint}/dev`, `${meetingPoint}/scratch`, ...folders].map(
      (folder) => `mkdir ${folder}`,
    ),
    ...bound.flatMap(([from, to]) => [
      `: > ${to}`,
      `'${mount}' -n --bind -o ${readOnly} ${from} ${to}`,
    ]),
    'exec "$@"',
  ].join(' && ');
  const namespaces = ['--user', '--map-root-user', '--mount', '--'];
  return [unshare, ...namespaces, ...tasks, sh, '-c', script, 'sh'];
}

/** Since 5.14 the limit on processes is counted for each user namespace. */
function countsPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}

/** bubblewrap's part: what was mounted there, as the box's writable folder. */
export const scratchMounts: readonly string[] = [
  ...['--bind', `${meetingPoint}/scratch`, scratch.root],
  ...devices.flatMap((name) => ['--dev-bind', `${meetingPoint}/dev/${name}`, `/dev/${name}`]),
  ...['--symlink', `${scratch.root}/tmp`, '/tmp'],
];
