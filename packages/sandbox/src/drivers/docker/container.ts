import { launcherName } from '../launcher-name.ts';
import { dockerQuota } from '../../walls/cgroup/cpu.ts';
import { boxRoom } from '../../walls/cgroup/folders.ts';
import { ociText } from '../../walls/seccomp/oci.ts';
import type { Enclosure, MemoryFolder } from '../../boxes/enclosure.ts';
import { procEntries, tellingEntries } from '../proc-entries.ts';
import { launcherLabel } from './orphans.ts';

/** A user that owns nothing: of containers that have no user to themselves. */
const nobody = 65_534;

/** Variables that Docker sets; a name without a value takes one away. */
const dockersOwn = ['HOSTNAME', 'PATH'];

/** Where Docker puts files of the machine's, and settings of its kernel. */
const alwaysMasked = ['/sys', '/etc/resolv.conf', '/dev/mqueue'];

/**
 * What is asked of the daemon for an enclosure: a container that has the image and nothing besides, and
 * that is removed when it ends. Its limits are those of a box that starts; the launcher lowers them.
 */
export function containerOf(
  { hostname, command, environment, limits, cpus, memory, filter, network, proc }: Enclosure,
  image: string,
  runtime: string | undefined,
  user: number = nobody,
): object {
  return {
    Image: image,
    Hostname: hostname,
    Cmd: command,
    Env: [...dockersOwn, ...Object.entries(environment).map((each) => each.join('='))],
    User: `${user}:${user}`,
    WorkingDir: '/',
    Labels: { [launcherLabel]: launcherName() },
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    OpenStdin: true,
    // The end of the connection is the end of its standard input.
    StdinOnce: true,
    // Without it Docker sets up a network that is not there, which takes three times as long as all the rest.
    NetworkDisabled: network === 'none',
    HostConfig: {
      AutoRemove: true,
      NetworkMode: network === 'none' ? 'none' : 'host',
      ReadonlyRootfs: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${ociText(filter)}`],
      // Without shared memory, which would be a folder that everybody may write to.
      IpcMode: 'none',
      CgroupnsMode: 'private',
      LogConfig: { Type: 'none' },
      OomScoreAdj: 1_000,
      Ulimits: limits.map(({ option, value }) => ({ Name: option, Soft: value, Hard: value })),
      ...(runtime === undefined ? {} : { Runtime: runtime }),
      ...roomOf(memory),
      ...(cpus === undefined ? {} : dockerQuota(cpus)),
      Tmpfs: Object.fromEntries(tmpfsOf(memory, user)),
      MaskedPaths: [...alwaysMasked, ...maskedIn(proc).map(({ name }) => `/proc/${name}`)],
      ReadonlyPaths: ['/proc'],
    },
  };
}

/**
 * A container always has a `/proc`: where none is asked for it has processes only. An empty `stat` would
 * crash Node in `os.cpus()`, and Docker has no other to give.
 */
const maskedIn = (proc: Enclosure['proc']) =>
  proc === 'none' ? procEntries() : tellingEntries().filter(({ name }) => name !== 'stat');

/** Bounds by which the daemon's cgroup holds a box before the launcher sets those of its run. */
function roomOf(memory: MemoryFolder | undefined): object {
  const bytes = boxRoom.startBytes + (memory?.bytes ?? 0);
  return { Memory: bytes, MemorySwap: bytes, PidsLimit: memory?.tasks ?? boxRoom.tasks };
}

/** The writable folder. The folders in it are made by the program. */
function tmpfsOf(
  memory: MemoryFolder | undefined,
  user: number,
): [path: string, options: string][] {
  if (memory === undefined) return [];
  const { bytes, inodes, writable } = memory;
  const size = `size=${bytes},nr_inodes=${inodes}`;
  const owned = `mode=0700,uid=${user},gid=${user}`;
  return Object.keys(writable).map((path) => [path, `rw,noexec,nosuid,nodev,${size},${owned}`]);
}
