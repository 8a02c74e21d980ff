import { inheritableDescriptors } from '../../walls/inherited.ts';
import { refusesNamespaces } from '../../walls/seccomp/namespaces.ts';
import { diagnose } from '../diagnose.ts';
import type { Diagnosis, Driver } from '../driver.ts';
import { find } from '../find.ts';
import { findMounter } from '../memory.ts';
import { type Means, spawnEnclosure } from './spawn.ts';

export interface OciOptions {
  /** The name or path of the runtime. Default: `runc`, or `crun` where there is none. */
  readonly runtime?: string;
}

/**
 * Enclosures started by an OCI runtime, rootless: without privilege, and with a bundle that is written for
 * each box and vanishes with it. Boxes of runners only; what needs user namespaces inside or the
 * machine's network is built by bubblewrap.
 */
export function oci({ runtime }: OciOptions = {}): Driver {
  return {
    name: 'oci',
    diagnose: (lastWords) => diagnose(spoken(lastWords)),
    voice: /level=(?:error|fatal)|\b(?:runc|crun|unshare|mount|setpriv): /,
    async prepare({ mayNest, proc, network, filter }) {
      if (mayNest || proc === 'nesting' || network === 'machine' || !refusesNamespaces(filter)) {
        return { detail: 'OCI runtimes build boxes of runners only.', fix: null };
      }
      const means = await findMeans(runtime === undefined ? ['runc', 'crun'] : [runtime]);
      if ('detail' in means) return means;
      const leaks = inheritableDescriptors();
      return { layers: [], start: (enclosure) => spawnEnclosure(means, enclosure, leaks) };
    },
  };
}

async function findMeans(runtimes: readonly string[]): Promise<Means | Diagnosis> {
  const missing = (name: string, fix: string): Diagnosis => ({
    detail: `The program ${name} was not found.`,
    fix,
  });
  let runtime: string | undefined;
  for (const name of runtimes) runtime ??= await find(name);
  if (runtime === undefined) return missing(runtimes.join(' or '), 'apt-get install runc');
  const [setpriv, prlimit] = await Promise.all(['setpriv', 'prlimit'].map(find));
  if (setpriv === undefined || prlimit === undefined) {
    return missing('setpriv or prlimit', 'apt-get install util-linux');
  }
  const mounter = await findMounter(prlimit);
  if (typeof mounter !== 'string') return { runtime, setpriv, mounter };
  const { detail, fix } = diagnose(mounter);
  return { detail: `A bundle can have no folder in memory. ${detail}`, fix };
}

/** The message of a runtime's last line of log. */
function spoken(lastWords: string): string {
  const message = /level=(?:error|fatal) msg="((?:[^"\\]|\\.)*)"/.exec(lastWords)?.[1];
  return message?.replaceAll(/\\(.)/g, '$1') ?? lastWords;
}
