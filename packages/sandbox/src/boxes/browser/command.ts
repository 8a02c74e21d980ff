import { extname } from 'node:path';
import { mark } from '../../drivers/bubblewrap/orphans.ts';
import { deviceMounts, folderAt, type Tmpfs, mounting } from '../../drivers/bubblewrap/scratch.ts';
import { isolationArguments } from '../../drivers/bubblewrap/arguments.ts';
import type { BoxMaterials } from './parts.ts';
import { proxyPort } from './flags.ts';
import { policyFiles } from './policies.ts';

/** Descriptors besides 0 and 1, which are Chromium's pipe, and 2, its standard error. */
export const descriptors = { starter: 3, status: 4, filter: 5, policies: [6, 7] } as const;

/**
 * The limit of processes and threads of a box: Chromium has about 150 when idle, and 20 for each
 * renderer.
 */
export const mostTasks = 2_048;

/**
 * The writable files of the box are memory: the profile with its caches and downloads, and shared
 * memory. The devices cannot be changed, which matters where the launcher is root: the box has its uid.
 */
const tmpfs: Tmpfs = {
  bytes: 512 * 2 ** 20,
  inodes: 65_536,
  folders: ['tmp', 'shm'],
  devices: ['null', 'zero', 'full', 'random', 'urandom'],
  tasks: mostTasks,
};

/** Everything that is writable, besides the processes in `/proc`. */
const places: readonly string[] = [
  ...deviceMounts(tmpfs),
  '--symlink',
  '/proc/self/fd',
  '/dev/fd',
  '--bind',
  folderAt('shm'),
  '/dev/shm',
  '--bind',
  folderAt('tmp'),
  '/tmp',
  '--remount-ro',
  '/',
];

const limits: readonly string[] = ['--core=0', '--nofile=4096', '--memlock=0', '--msgqueue=0'];

/** The whole environment of a browser, and the variables by which Node finds its IPC descriptor. */
const environment: Readonly<Record<string, string>> = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  NODE_CHANNEL_FD: String(descriptors.starter),
  NODE_CHANNEL_SERIALIZATION_MODE: 'json',
};

/**
 * The whole command line. bubblewrap stays process 1 in the box and reaps orphans of Chromium. From the
 * host, the box contains libraries, fonts and Chromium, read-only. What is writable is memory of
 * limited size, and vanishes with the box.
 */
export function browserCommand({
  tools,
  scratchTools,
  node,
  starter,
  chromium,
  flags,
  readable,
  proc,
}: BoxMaterials): readonly [program: string, ...rest: string[]] {
  const inside = `/starter${extname(starter)}`;
  return [
    tools.prlimit,
    ...limits,
    ...mounting(scratchTools, tmpfs),
    tools.bwrap,
    // Chromium may create user namespaces: its own sandbox is built from them.
    ...isolationArguments('box'),
    '--unshare-net',
    ...mark(),
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    ...readable.flatMap((path) => ['--ro-bind', path, path]),
    '--ro-bind',
    node,
    '/node',
    '--ro-bind',
    starter,
    inside,
    ...policyFiles.flatMap((path, index) => [
      '--ro-bind-data',
      String(descriptors.policies[index]),
      path,
    ]),
    ...proc,
    ...places,
    '--chdir',
    '/',
    '--json-status-fd',
    String(descriptors.status),
    '--seccomp',
    String(descriptors.filter),
    '--',
    '/node',
    '--disable-warning=ExperimentalWarning',
    inside,
    String(proxyPort),
    chromium.program,
    ...flags,
  ];
}
