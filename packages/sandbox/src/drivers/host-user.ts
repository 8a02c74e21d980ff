import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { BoxUsers } from '@castellan/protocol/kinds';
import { holderOf, numbersOf, takeUser } from '../walls/box-users.ts';
import { capabilities, confinement } from '../walls/confinement.ts';
import { reap } from '../walls/reap.ts';
import type { Enclosure } from '../boxes/enclosure.ts';
import type { Enclosed } from './driver.ts';
import { find } from './find.ts';
import { opening, type Reach, reachOf } from './reach.ts';

/** How a launcher that is root gives each box a user of its own on the machine. */
export interface HostUsers {
  readonly range: BoxUsers;
  readonly setpriv: string;
  readonly unshare: string;
  readonly mount: string;
  readonly sh: string;
}

/**
 * What a launcher needs in order to become somebody else, and to read, bound and kill the processes of
 * that user afterwards.
 */
const needed = { DAC_OVERRIDE: 1, KILL: 5, SETGID: 6, SETUID: 7, SYS_PTRACE: 19 } as const;

/** What it needs besides, where files of a box lie in a folder that others cannot enter. */
const admin = 21;

/**
 * Finds out whether boxes that need these files and folders can have users of their own; a text is why not.
 * `trial` is a program with arguments that have it build a box and end: it is tried where something on this
 * machine may let root make namespaces and nobody else.
 */
export async function findHostUsers(
  range: BoxUsers,
  paths: readonly string[],
  trial: readonly string[],
): Promise<HostUsers | string> {
  const reach = reachOf(paths);
  const why = whyNot(range, reach);
  if (why !== undefined) return why;
  const names = ['setpriv', 'unshare', 'mount', 'sh'];
  const [setpriv, unshare, mount, sh] = await Promise.all(names.map(find));
  if (!setpriv || !unshare || !mount || !sh) return `one of ${names.join(', ')} was not found`;
  const users = { range, setpriv, unshare, mount, sh };
  if (!mayDependOnUser()) return users;
  using user = takeUser(range);
  const [program = '', ...rest] = [...becoming(users, user.id, reach), ...trial];
  try {
    await promisify(execFile)(program, rest, { env: {}, cwd: '/' });
    return users;
  } catch (error) {
    const { stderr = '' } = error as { stderr?: string };
    return `no box can be built as another user: ${stderr.trim().slice(0, 300) || (error as Error).message}`;
  }
}

function mayDependOnUser(): boolean {
  const { sysctl, isFiltered, appArmor } = confinement();
  return (
    isFiltered ||
    appArmor !== undefined ||
    sysctl('kernel/unprivileged_userns_clone') === '0' ||
    sysctl('kernel/apparmor_restrict_unprivileged_userns') === '1'
  );
}

function whyNot(range: BoxUsers, { closed, blocked }: Reach): string | undefined {
  if (process.geteuid?.() !== 0) return 'the launcher is not root, and has but one user';
  const held = capabilities();
  const lacking = Object.entries(needed).filter(([, number]) => !held.has(number));
  if (lacking.length > 0) {
    return `this root lacks ${lacking.map(([name]) => `CAP_${name}`).join(', ')}`;
  }
  if (!isMapped('/proc/self/uid_map', range) || !isMapped('/proc/self/gid_map', range)) {
    return `this user namespace has no users ${numbersOf(range)}: give boxUsers numbers that it has`;
  }
  const holder = holderOf(range);
  if (holder !== undefined) return `boxUsers ${numbersOf(range)} are not free: ${holder}`;
  if (closed !== undefined) return `others may not read ${closed}: chmod -R go+rX ${closed}`;
  if (blocked.size === 0 || held.has(admin)) return undefined;
  return `others cannot enter ${[...blocked.keys()].join(', ')}, and this root lacks CAP_SYS_ADMIN`;
}

/**
 * Starts an enclosure as a user of its own, where there are any. `start` gets the beginning of a command line that
 * becomes that user.
 */
export type AsUser = (
  enclosure: Enclosure,
  start: (becoming: readonly string[]) => Enclosed,
) => Enclosed;

/** As `findHostUsers`, for enclosures of a kind, which besides need the `programs` that build them. */
export async function usersFor(
  range: BoxUsers,
  kind: Enclosure,
  programs: readonly string[],
  trial: readonly string[],
): Promise<AsUser> {
  const pathsOf = ({ mounts }: Enclosure): string[] => [
    ...programs,
    ...mounts.map(({ from }) => from),
  ];
  const found = await findHostUsers(range, pathsOf(kind), trial);
  if (typeof found === 'string') return (_enclosure, start) => start([]);
  return (enclosure, start) => startAs(found, pathsOf(enclosure), start);
}

function startAs(
  users: HostUsers,
  paths: readonly string[],
  start: (becoming: readonly string[]) => Enclosed,
): Enclosed {
  using taken = new DisposableStack();
  const user = taken.use(takeUser(users.range));
  const enclosed = start(becoming(users, user.id, reachOf(paths)));
  const held = taken.move();
  // Nobody else becomes this user before the program inside is gone too.
  const free = async (): Promise<void> => {
    const view = await enclosed.inner;
    if (view !== undefined) await reap(view);
    held.dispose();
  };
  const { watched } = enclosed;
  return {
    ...enclosed,
    watched: { ...watched, closed: watched.closed.then(free) },
    user: user.id,
  };
}

function becoming(users: HostUsers, id: number, reach: Reach): string[] {
  const as = [users.setpriv, `--reuid=${id}`, `--regid=${id}`, '--clear-groups', '--'];
  if (reach.blocked.size === 0) return as;
  const script = [...opening(reach, users.mount), 'exec "$@"'].join(' && ');
  return [users.unshare, '--mount', '--', users.sh, '-c', script, 'sh', ...as];
}

/** Whether a map of this process's user namespace has all of the range. */
function isMapped(file: string, { first, count }: BoxUsers): boolean {
  return readFileSync(file, 'latin1')
    .split('\n')
    .some((line) => {
      const [inside = NaN, , length = NaN] = line.trim().split(/\s+/).map(Number);
      return inside <= first && inside + length >= first + count;
    });
}
