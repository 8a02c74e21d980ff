import { execFile } from 'node:child_process';
import { cpus, release } from 'node:os';
import { promisify } from 'node:util';
import type { MemoryFolder } from '../boxes/enclosure.ts';
import { find } from './find.ts';

/**
 * The mount point during construction: a folder that exists on every machine and of which boxes use
 * nothing.
 */
export const meetingPoint = '/sys';

/** Folders of the file system during construction: for what the box may write, devices and texts. */
export const places = {
  writable: `${meetingPoint}/w`,
  devices: `${meetingPoint}/dev`,
  texts: `${meetingPoint}/t`,
};

/** What lies over parts of `/proc`: an empty folder, an empty file, and processors that have done nothing. */
export const covers = {
  folder: `${meetingPoint}/c`,
  file: `${meetingPoint}/empty`,
  stat: `${meetingPoint}/stat`,
} as const;

/** Flags of the bind mounts. `/dev` mostly has them, and a user namespace must not clear a flag. */
const readOnly = 'ro,nosuid,noexec';

/** Programs that make the folder before a box is built, as absolute paths. */
export interface Mounter {
  readonly unshare: string;
  readonly mount: string;
  readonly prlimit: string;
  readonly sh: string;
}

/** What else happens on the way. */
export interface Steps {
  readonly also?: readonly string[];
  readonly before?: readonly string[];
  readonly after?: readonly string[];
}

/** The least of a folder in memory: to try out, and of an enclosure that has none. */
export const least: MemoryFolder = {
  bytes: 2 ** 20,
  inodes: 64,
  tasks: 64,
  folders: [],
  writable: {},
  texts: {},
  devices: ['null'],
  links: {},
};

/**
 * Tests whether a file system with a limit of inodes can be mounted here; a text is why not. bubblewrap's
 * own tmpfs limits bytes only: 400,000 empty files fitted into 16 MB, and took kernel memory for each.
 */
export async function findMounter(prlimit: string): Promise<Mounter | string> {
  const names = ['unshare', 'mount', 'sh'];
  const [unshare, mount, sh] = await Promise.all(names.map(find));
  if (!unshare || !mount || !sh) return `one of ${names.join(', ')} was not found`;
  const mounter = { unshare, mount, prlimit, sh };
  const [program, ...rest] = mounting(mounter, least);
  try {
    await promisify(execFile)(program, [...rest, sh, '-c', ':'], { env: {} });
    return mounter;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return stderr.trim().slice(0, 300) || (error as Error).message;
  }
}

/**
 * The beginning of a command line: new user and mount namespaces, in which the file system is mounted, and
 * then the command that follows. It vanishes with the last process that sees it. Devices are bound
 * read-only. They can still be written to, but where the launcher is root the user of the box owns them,
 * and must not change their mode. `also` are further options of `unshare`, `before` and `after` further
 * steps of the shell.
 */
export function mounting(
  { unshare, mount, prlimit, sh }: Mounter,
  { bytes, inodes, devices, tasks, folders, texts }: MemoryFolder,
  { also = [], before = [], after = [] }: Steps = {},
): readonly [program: string, ...rest: string[]] {
  const options = `size=${bytes},nr_inodes=${inodes},mode=0700,noexec,nosuid,nodev`;
  const textFolders = Object.values(texts);
  const made = [
    ...Object.values(places),
    covers.folder,
    ...folders.map(folderAt),
    ...textFolders.map((_, index) => textsAt(index)),
  ];
  const bound = devices.map((name) => [`/dev/${name}`, `${places.devices}/${name}`] as const);
  // The limit counts in the new namespace only, not the user's other processes.
  const counting = countsPerNamespace() ? [prlimit, `--nproc=${tasks}`] : [];
  const script = [
    ...before,
    `'${mount}' -n -t tmpfs -o ${options} none ${meetingPoint}`,
    `mkdir ${made.join(' ')}`,
    `: > ${covers.file}`,
    `printf %s ${quoted(idleProcessors())} > ${covers.stat}`,
    ...textFolders.flatMap((named, index) =>
      Object.entries(named).map(
        ([name, text]) => `printf %s ${quoted(text)} > ${textsAt(index)}/${name}`,
      ),
    ),
    ...bound.flatMap(([from, to]) => [
      `: > ${to}`,
      `'${mount}' -n --bind -o ${readOnly} ${from} ${to}`,
    ]),
    ...after,
    'exec "$@"',
  ].join(' && ');
  const namespaces = ['--user', '--map-root-user', '--mount', ...also, '--'];
  return [unshare, ...namespaces, ...counting, sh, '-c', script, 'sh'];
}

/** As in `/proc/stat`. */
function idleProcessors(): string {
  const names = ['cpu ', ...cpus().map((_, index) => `cpu${index}`)];
  return names.map((name) => `${name}${' 0'.repeat(10)}\n`).join('');
}

/** For the shell. */
export const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Where a folder of it, a device and the texts are during construction. */
export const folderAt = (name: string): string =>
  `${places.writable}${name === '' ? '' : `/${name}`}`;
export const deviceAt = (name: string): string => `${places.devices}/${name}`;
export const textsAt = (index: number): string => `${places.texts}/${index}`;

/** Since 5.14 the limit on processes is counted for each user namespace. */
function countsPerNamespace(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return major > 5 || (major === 5 && minor >= 14);
}
