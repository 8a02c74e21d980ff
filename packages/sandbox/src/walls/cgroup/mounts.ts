import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The cgroups of this process in the relevant hierarchies, as folders that can be opened. */
export interface CgroupPlaces {
  /** Mount point of v2, and this process's own folder in it. */
  readonly v2: { readonly mount: string; readonly own: string } | undefined;
  /** This process's own folder for each v1 controller. */
  readonly v1: ReadonlyMap<string, string>;
}

/** Reads `/proc/self/mountinfo` and `/proc/self/cgroup`. */
export function cgroupPlaces(): CgroupPlaces {
  return parsePlaces(
    readFileSync('/proc/self/mountinfo', 'utf8'),
    readFileSync('/proc/self/cgroup', 'utf8'),
  );
}

export function parsePlaces(mountinfo: string, cgroup: string): CgroupPlaces {
  const paths = new Map<string, string>();
  for (const line of cgroup.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (id === undefined || controllers === undefined || path === undefined) continue;
    for (const controller of controllers.split(',')) paths.set(controller, path);
  }
  let v2: CgroupPlaces['v2'];
  const v1 = new Map<string, string>();
  for (const line of mountinfo.split('\n')) {
    // id parent major:minor root mount options [optional…] - type source superoptions
    const [left = '', right = ''] = line.split(' - ');
    const [, , , root, mount] = left.split(' ');
    const [type, , options = ''] = right.split(' ');
    if (root === undefined || mount === undefined) continue;
    if (type === 'cgroup2') {
      v2 ??= { mount, own: inside(mount, root, paths.get('')) };
    } else if (type === 'cgroup') {
      for (const controller of options.split(',')) {
        const path = paths.get(controller);
        if (path !== undefined) v1.set(controller, inside(mount, root, path));
      }
    }
  }
  return { v2, v1 };
}

/**
 * A container sees only the part of the hierarchy below `root`, and its own path may be outside of
 * it.
 */
function inside(mount: string, root: string, path = '/'): string {
  if (root === '/') return resolve(join(mount, path));
  return path === root || path.startsWith(`${root}/`)
    ? join(mount, path.slice(root.length))
    : mount;
}
