import { type BoxUsers, defaultBoxUsers } from '@castellan/protocol/kinds';
import type { Enclosure } from '../../boxes/enclosure.ts';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import { refusesNamespaces } from '../../walls/seccomp/namespaces.ts';
import { diagnose } from '../diagnose.ts';
import type { Driver } from '../driver.ts';
import { usersFor } from '../host-user.ts';
import { least, mounting } from '../memory.ts';
import { findMeans } from './means.ts';
import { spawnEnclosure } from './spawn.ts';

export interface OciOptions {
  /** The name or path of the runtime. Default: `runc`, or `crun` where there is none. */
  readonly runtime?: string;
  /** Whom boxes are on the machine, where the launcher is root. */
  readonly users?: BoxUsers | undefined;
}

/**
 * Enclosures started by an OCI runtime, rootless: without privilege, and with a bundle that is written for
 * each box and vanishes with it. Boxes of runners only; what needs user namespaces inside or the
 * machine's network is built by bubblewrap.
 */
export function oci({ runtime, users: range = defaultBoxUsers }: OciOptions = {}): Driver {
  const runtimes = runtime === undefined ? ['runc', 'crun'] : [runtime];
  return {
    name: 'oci',
    diagnose: (lastWords) => diagnose(spoken(lastWords)),
    voice: /level=(?:error|fatal)|\b(?:runc|crun|unshare|mount|setpriv): /,
    async prepare(kind) {
      if (!isForRunners(kind)) {
        return { detail: 'OCI runtimes build boxes of runners only.', fix: null };
      }
      const means = await findMeans(runtimes, 'apt-get install runc');
      if ('detail' in means) return means;
      const trial = [...mounting(means.mounter, least), means.setpriv, '--version'];
      const asUser = await usersFor(range, kind, [means.runtime], trial);
      const leaks = inheritableDescriptors();
      return {
        layers: [],
        start: (enclosure) =>
          asUser(enclosure, (becoming) => spawnEnclosure(means, enclosure, leaks, becoming)),
      };
    },
  };
}

/** Whether it has neither namespaces inside nor the network of the machine, which no bundle can give it. */
export function isForRunners({ mayNest, proc, network, filter }: Enclosure): boolean {
  return !mayNest && proc !== 'nesting' && network !== 'machine' && refusesNamespaces(filter);
}

/** The message of a runtime's last line of log. */
function spoken(lastWords: string): string {
  const message = /level=(?:error|fatal) msg="((?:[^"\\]|\\.)*)"/.exec(lastWords)?.[1];
  return message?.replaceAll(/\\(.)/g, '$1') ?? lastWords;
}
