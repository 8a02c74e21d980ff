import { type BoxUsers, defaultBoxUsers } from '@castellan/protocol/kinds';
import { refusesNamespaces } from '../../walls/seccomp/namespaces.ts';
import type { Driver } from '../driver.ts';
import { DockerApi } from './api.ts';
import { faultIn, faultOf, noImage, voice } from './faults.ts';
import { imageOf } from './image/image.ts';
import { hasImage } from './store.ts';
import { Keeper } from './keep.ts';
import { sweepContainers } from './orphans.ts';
import { spawnContainer } from './spawn.ts';
import { usersOf } from './users.ts';

/** A Docker daemon that builds boxes. */
export interface DockerOptions {
  /** The absolute path of the daemon's socket. Default `/var/run/docker.sock`. */
  readonly socket?: string;
  /** A runtime that the daemon knows, such as `kata`. Default: the daemon's own. */
  readonly runtime?: string;
}

/** Where distributions put the socket. */
export const defaultSocket = '/var/run/docker.sock';

/**
 * Enclosures built by a Docker daemon, with any runtime that it knows. The daemon is root, and whoever may
 * talk to it is as good as root: the launcher is, with this driver. Boxes of runners only; what needs
 * user namespaces inside or the machine's network is built by bubblewrap.
 */
export function docker({
  socket = defaultSocket,
  runtime,
  users = defaultBoxUsers,
}: DockerOptions & { readonly users?: BoxUsers | undefined } = {}): Driver {
  const api = new DockerApi(socket);
  const keeper = new Keeper(socket);
  return {
    name: 'docker',
    diagnose: (lastWords) => faultIn(lastWords, socket),
    voice,
    hasStandardOnly: true,
    async prepare(kind) {
      const { mayNest, proc, network, filter } = kind;
      if (mayNest || proc === 'nesting' || network === 'machine' || !refusesNamespaces(filter)) {
        return { detail: 'Docker builds boxes of runners only.', fix: null };
      }
      try {
        await sweepContainers(api);
        const image = await imageOf(kind);
        if (!(await hasImage(api, image))) return { ...noImage, detail: noImage.detail(image.id) };
        const common = { image: image.id, runtime, users: await usersOf(api, users) };
        return {
          layers: ['dockersocket'],
          start: (enclosure) => spawnContainer(api, keeper, enclosure, common),
        };
      } catch (error) {
        return faultOf(error, socket);
      }
    },
  };
}
