import { extname } from 'node:path';
import { loader } from '../../walls/libraries.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import type { Enclosure, MemoryFolder } from '../enclosure.ts';
import { landlocked, landlockMounts } from '../landlocked.ts';
import type { Chromium } from './find.ts';
import { proxyPort } from './flags.ts';
import { policiesText, policyFolders } from './policies.ts';
import { chromiumTable } from './system-calls.ts';

/** The starter's descriptor for Node's messages; 0 and 1 are Chromium's pipe, 2 its standard error. */
const channel = 3;

/**
 * The limit of processes and threads of a box: Chromium has about 150 when idle, and 20 for each
 * renderer.
 */
export const mostTasks = 2_048;

/** What goes into the box. */
export interface BrowserParts {
  readonly node: string;
  readonly starter: string;
  readonly chromium: Chromium;
  /** The flags of Chromium. */
  readonly flags: readonly string[];
  /** Folders and files of the machine that are in the box under the same paths. */
  readonly readable: readonly string[];
  /** Certificates in PEM that it trusts besides its own, or null. */
  readonly ca: string | null;
  /** The program by which it starts behind Landlock, where the kernel has it. */
  readonly landlock?: string | undefined;
}

/**
 * The writable files of the box are memory: the profile with its caches and downloads, and shared
 * memory, in which large pictures are made. They count against `browserMemoryBytes`: the size
 * is only what holds if that is not measured for a while. The devices cannot be changed, which matters
 * where the launcher is root: the box has its uid.
 */
const memory: Omit<MemoryFolder, 'texts'> = {
  bytes: 4 * 2 ** 30,
  inodes: 65_536,
  tasks: mostTasks,
  folders: ['tmp', 'shm'],
  writable: { '/dev/shm': 'shm', '/tmp': 'tmp' },
  devices: ['null', 'zero', 'full', 'random', 'urandom'],
  links: { '/dev/fd': '/proc/self/fd' },
};

const limits: readonly ResourceLimit[] = [
  { option: 'core', label: 'Max core file size', value: 0 },
  { option: 'nofile', label: 'Max open files', value: 4_096 },
  { option: 'memlock', label: 'Max locked memory', value: 0 },
  { option: 'msgqueue', label: 'Max msgqueue size', value: 0 },
];

/** The variables by which Node finds its channel; the starter gives Chromium only the others. */
const environment: Readonly<Record<string, string>> = {
  HOME: '/tmp',
  LANG: 'C.UTF-8',
  NODE_CHANNEL_FD: String(channel),
  NODE_CHANNEL_SERIALIZATION_MODE: 'json',
};

/**
 * The enclosure of a browser: libraries, fonts and Chromium, read-only. What is writable is memory of
 * limited size. Chromium may create user namespaces, since its own sandbox is built from them.
 */
export function browserEnclosure(parts: BrowserParts): Enclosure {
  const { node, starter, chromium, flags, readable, ca, landlock } = parts;
  const files = { 'castellan.json': policiesText(ca) };
  const inside = `/starter${extname(starter)}`;
  const enclosure: Enclosure = {
    hostname: 'box',
    command: [
      '/node',
      '--disable-warning=ExperimentalWarning',
      inside,
      String(proxyPort),
      chromium.program,
      ...flags,
    ],
    environment,
    descriptors: ['pipe', 'pipe', 'pipe', 'ipc'],
    mounts: [
      ...readable.map((path) => ({ from: path, to: path })),
      { from: node, to: '/node' },
      { from: starter, to: inside },
      ...landlockMounts(landlock),
    ],
    proc: 'nesting',
    memory: {
      ...memory,
      texts: Object.fromEntries(policyFolders.map((folder) => [folder, files])),
    },
    network: 'none',
    filter: chromiumTable,
    rights: {
      programs: ['/node', '/bin/sh', loader, chromium.program],
      ports: ['bind', 'connect'],
    },
    limits,
    mayNest: true,
    hasReaper: true,
    isDetached: false,
  };
  return landlock === undefined ? enclosure : landlocked(enclosure);
}
