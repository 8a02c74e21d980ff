import { type BoxUsers, defaultBoxUsers } from '@castellan/protocol/kinds';
import { inheritableDescriptors } from '../../walls/inherited.ts';
import { compileFilter } from '../../walls/seccomp/bpf.ts';
import { refusesNamespaces } from '../../walls/seccomp/namespaces.ts';
import { usersFor } from '../host-user.ts';
import { diagnose } from '../diagnose.ts';
import type { Driver } from '../driver.ts';
import { findMounter } from '../memory.ts';
import { bubblewrapCommand } from './command.ts';
import { limitsNesting } from './nesting.ts';
import { killOrphans } from './orphans.ts';
import { procMounts } from './proc.ts';
import { spawnEnclosure } from './spawn.ts';
import { findTools, type HostTools, leastBox } from './tools.ts';

export interface BubblewrapOptions {
  /** Names or absolute paths of the machine's programs. */
  readonly tools?: Partial<HostTools>;
  /** Whom boxes are on the machine, where the launcher is root. */
  readonly users?: BoxUsers | undefined;
}

/**
 * Enclosures made by bubblewrap from user, pid, net, mount, ipc, uts and cgroup namespaces, a system
 * call filter and resource limits. Works for any user, needs no privilege and no setuid program.
 */
export function bubblewrap({
  tools: names,
  users: range = defaultBoxUsers,
}: BubblewrapOptions = {}): Driver {
  return {
    name: 'bubblewrap',
    diagnose,
    voice: /\b(?:bwrap|prlimit|unshare|mount): /,
    async prepare(kind) {
      const { filter: table, memory, proc, mayNest } = kind;
      killOrphans();
      const tools = await findTools({ bwrap: 'bwrap', prlimit: 'prlimit', ...names });
      if ('detail' in tools) return tools;
      const mounter = memory === undefined ? undefined : await findMounter(tools.prlimit);
      if (typeof mounter === 'string') {
        const { detail, fix } = diagnose(mounter);
        return { detail: `A box can have no folder in memory. ${detail}`, fix };
      }
      const isLimited = !mayNest && (await limitsNesting(tools.bwrap));
      if (!mayNest && !isLimited && !refusesNamespaces(table)) {
        return { detail: 'Neither the kernel nor the filter refuses user namespaces.', fix: null };
      }
      const asUser = await usersFor(range, kind, [tools.bwrap], leastBox(tools));
      const means = { tools, mounter, isLimited, proc: procMounts(proc) };
      const filter = compileFilter(table);
      const leaks = inheritableDescriptors();
      return {
        layers: isLimited ? ['nouserns'] : [],
        start: (enclosure) =>
          asUser(enclosure, (becoming) => {
            const command = bubblewrapCommand({ ...means, becoming }, enclosure);
            return spawnEnclosure(command, enclosure, filter, leaks);
          }),
      };
    },
  };
}
