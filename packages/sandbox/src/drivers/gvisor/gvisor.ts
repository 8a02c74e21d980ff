import { type BoxUsers, defaultBoxUsers } from '@castellan/protocol/kinds';
import { realpath } from 'node:fs/promises';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import { librariesOf } from '../../walls/libraries.ts';
import { diagnose } from '../diagnose.ts';
import type { Driver } from '../driver.ts';
import { find } from '../find.ts';
import { usersFor } from '../host-user.ts';
import { least, mounting } from '../memory.ts';
import { findMeans } from '../oci/means.ts';
import { isForRunners } from '../oci/oci.ts';
import { askingKernel } from './bundle.ts';
import { findPlatform } from './platforms.ts';
import { ownTasks, spawnEnclosure } from './spawn.ts';

export interface GvisorOptions {
  /** The name or path of the runtime. Default: `runsc`. */
  readonly runtime?: string;
  /** How long a box may take in which one program says one line. Default 10,000. */
  readonly patienceMs?: number;
  /** Whom boxes are on the machine, where the launcher is root. */
  readonly users?: BoxUsers | undefined;
}

/**
 * Enclosures behind a kernel of their own, gVisor's, which runs as an ordinary process: a program's system
 * calls are answered there, and this machine's kernel sees those of gVisor only. Rootless, with a bundle
 * in memory, as with other OCI runtimes. Boxes of runners only.
 */
export function gvisor({
  runtime = 'runsc',
  patienceMs = 10_000,
  users: range = defaultBoxUsers,
}: GvisorOptions = {}): Driver {
  return {
    name: 'gvisor',
    diagnose,
    voice: /\b(?:runsc|unshare|mount|setpriv): |(?:running|creating|starting) (?:root )?container/,
    async prepare(kind) {
      if (!isForRunners(kind)) {
        return { detail: 'gVisor builds boxes of runners only.', fix: null };
      }
      const means = await findMeans([runtime], 'apt-get install runsc');
      if ('detail' in means) return means;
      const sh = await find('sh');
      if (sh === undefined) return { detail: 'The program sh was not found.', fix: null };
      const shell = { program: await realpath(sh), libraries: await librariesOf([sh]) };
      const leaks = inheritableDescriptors();
      const asking = { ...kind, command: askingKernel };
      const platform = await findPlatform(
        (each) => spawnEnclosure({ ...means, shell, platform: each }, asking, leaks),
        diagnose,
        patienceMs,
      );
      if (typeof platform !== 'string') return platform;
      const found = { ...means, shell, platform };
      const trial = [...mounting(means.mounter, least), means.setpriv, '--version'];
      const asUser = await usersFor(
        range,
        kind,
        [means.runtime, shell.program, ...shell.libraries],
        trial,
      );
      return {
        layers: [],
        own: ownTasks,
        start: (enclosure) =>
          asUser(enclosure, (becoming) => spawnEnclosure(found, enclosure, leaks, becoming)),
      };
    },
  };
}
