import { existsSync, lstatSync, readlinkSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { meetingPoint, quoted } from './memory.ts';

/** How others come to paths of the machine. */
export interface Reach {
  /** A path that they may not read when they are there. */
  readonly closed: string | undefined;
  /** Folders that keep them out, outer ones first, with the names in each that they must come to. */
  readonly blocked: ReadonlyMap<string, ReadonlySet<string>>;
}

const others = { read: 0o4, enter: 0o1 } as const;

/** As the kernel has it. */
const mostLinks = 40;

/**
 * How a user who owns nothing and is in no group comes to these files and folders. Those that do not exist are
 * left to whoever needs them.
 */
export function reachOf(paths: readonly string[]): Reach {
  const blocked = new Map<string, Set<string>>();
  let closed: string | undefined;
  for (const path of new Set(paths.filter((each) => existsSync(each)))) {
    const { folders, end } = wayTo(path);
    const stat = statSync(end);
    const needed = stat.isDirectory() ? others.read | others.enter : others.read;
    if ((stat.mode & needed) !== needed) closed ??= end;
    for (const { folder, name } of folders) {
      if ((statSync(folder).mode & others.enter) !== 0) continue;
      blocked.set(folder, (blocked.get(folder) ?? new Set()).add(name));
    }
  }
  const outerFirst = [...blocked].toSorted(([one], [two]) => one.length - two.length);
  return { closed, blocked: new Map(outerFirst) };
}

/** All folders that whoever opens a path has to enter, those of links on the way too, each with what comes next. */
function wayTo(path: string): { folders: { folder: string; name: string }[]; end: string } {
  const folders: { folder: string; name: string }[] = [];
  const rest = path.split('/').filter(Boolean);
  let [folder, links] = ['/', 0];
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    const next = resolve(folder, name);
    folders.push({ folder, name });
    if (lstatSync(next).isSymbolicLink() && ++links <= mostLinks) {
      const target = readlinkSync(next);
      if (isAbsolute(target)) folder = '/';
      rest.unshift(...target.split('/').filter(Boolean));
    } else folder = next;
  }
  return { folders: folders.filter(({ name }) => !/^\.{1,2}$/.test(name)), end: folder };
}

/**
 * Steps of a shell of root, in a mount namespace of its own: in the place of each folder that keeps others out
 * they put one that has only what others must come to, under the same path. Each is made elsewhere, so
 * that nothing is ever written to a folder of the machine.
 */
export function opening({ blocked }: Reach, mount: string): string[] {
  const options = 'size=64k,nr_inodes=256,mode=0755,nosuid,nodev';
  return [...blocked].flatMap(([folder, names]) => [
    `'${mount}' -n -t tmpfs -o ${options} none ${meetingPoint}`,
    ...[...names].flatMap((name) => {
      const path = join(folder, name);
      const [from, to] = [path, join(meetingPoint, name)].map(quoted);
      const stat = lstatSync(path);
      if (stat.isSymbolicLink()) return [`ln -s -- ${quoted(readlinkSync(path))} ${to}`];
      const made = stat.isDirectory() ? `mkdir -- ${to}` : `: > ${to}`;
      return [made, `'${mount}' -n --rbind ${from} ${to}`];
    }),
    `'${mount}' -n --move ${meetingPoint} ${quoted(folder)}`,
  ]);
}
