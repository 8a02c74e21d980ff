import type { BoxUsers } from '@castellan/protocol/kinds';
import { holderOf } from '../../walls/box-users.ts';
import type { DockerApi } from './api.ts';

/** Whom the programs in containers are, each somebody else. */
export interface ContainerUsers {
  /** Numbers of this machine. */
  readonly range: BoxUsers;
  /** Who root of a container is on this machine: inside, all numbers are less by this. */
  readonly root: number;
}

/** Of the 65,536 numbers that a user namespace of the daemon has, those that images give to nobody. */
const inNamespace: BoxUsers = { first: 30_000, count: 35_000 };

/**
 * The users that containers can have to themselves: of `own` where their numbers are those of the machine; with
 * `userns-remap` of those that the daemon has. `undefined` where that cannot be known.
 */
export async function usersOf(api: DockerApi, own: BoxUsers): Promise<ContainerUsers | undefined> {
  const { SecurityOptions, DockerRootDir } = (await api.call('GET', '/info')) as {
    readonly SecurityOptions: readonly string[] | null;
    readonly DockerRootDir: string;
  };
  const isMapped = SecurityOptions?.some((option) => option.startsWith('name=userns')) ?? false;
  if (!isMapped) return holderOf(own) === undefined ? { range: own, root: 0 } : undefined;
  // Its folder is named after who root is then, as user and as group.
  const [, user, group] = /\/(\d+)\.(\d+)$/.exec(DockerRootDir) ?? [];
  if (user === undefined || user !== group) return undefined;
  const root = Number(user);
  return { range: { ...inNamespace, first: root + inNamespace.first }, root };
}
