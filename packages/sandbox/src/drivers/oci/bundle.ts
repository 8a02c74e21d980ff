import type { Enclosure, MemoryFolder } from '../../boxes/enclosure.ts';
import { ociText } from '../../walls/seccomp/oci.ts';
import { covers, folderAt, meetingPoint, places, quoted, type Steps, textsAt } from '../memory.ts';
import { tellingEntries } from '../proc-entries.ts';

/** The folder of the bundle, in a memory of its own. */
export const bundle = `${meetingPoint}/b`;

const cgroups = '/sys/fs/cgroup';

const readOnly = ['ro', 'nosuid', 'nodev'];

/** The namespaces of every box; that of users is made before the runtime starts. */
const namespaces = ['pid', 'mount', 'ipc', 'uts'] as const;

/** Counted in the user namespace of the box, with the threads of the runtime. */
const tasksOf = ({ tasks }: MemoryFolder) => ({ option: 'nproc', value: tasks });

/** By the names of `prlimit`: those of the runtime. */
const rlimitOf = (option: string): string => `RLIMIT_${option.toUpperCase()}`;

/** runc starts nothing without a `/proc`: where none is asked for it has processes only. */
function procOf(proc: Enclosure['proc']) {
  const options = [...readOnly, 'noexec'];
  if (proc === 'none') return { options: [...options, 'subset=pid'], binds: [], masked: [] };
  const names = tellingEntries().map(({ name }) => name);
  return {
    options,
    binds: [{ from: covers.stat, to: '/proc/stat', options: readOnly }],
    masked: names.filter((name) => name !== 'stat').map((name) => `/proc/${name}`),
  };
}

/** `config.json` of a bundle, without its filter. */
export type Bundle = ReturnType<typeof bundleOf>;

interface BundleMount {
  readonly destination: string;
  readonly type: string;
  readonly source: string;
  readonly options: readonly string[];
}

/** The bundle of an enclosure, as runc and crun read it. */
export function bundleOf(enclosure: Enclosure) {
  const { hostname, command, environment, mounts, memory, limits, network } = enclosure;
  const proc = procOf(enclosure.proc);
  const none: readonly string[] = [];
  const all: readonly BundleMount[] = [
    { destination: '/proc', type: 'proc', source: 'proc', options: proc.options },
    ...[
      ...proc.binds,
      ...mounts.map(({ from, to }) => ({ from, to, options: readOnly })),
      { from: places.devices, to: '/dev', options: ['rbind', 'ro', 'nosuid', 'noexec'] },
      ...(memory === undefined ? [] : memoryMounts(memory)),
    ].map(bindOf),
  ];
  return {
    ociVersion: '1.0.2',
    hostname,
    process: {
      args: command as readonly string[],
      env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      cwd: '/',
      // Root of a user namespace in which nobody else is, without what makes a root.
      user: { uid: 0, gid: 0 },
      capabilities: {
        bounding: none,
        effective: none,
        inheritable: none,
        permitted: none,
        ambient: none,
      },
      noNewPrivileges: true,
      oomScoreAdj: 1000,
      rlimits: [...limits, ...(memory === undefined ? [] : [tasksOf(memory)])].map(
        ({ option, value }) => ({ type: rlimitOf(option), soft: value, hard: value }),
      ),
    },
    root: { path: 'rootfs', readonly: true },
    mounts: all,
    linux: {
      namespaces: [...namespaces, ...(network === 'none' ? ['network'] : [])].map((type) => ({
        type,
      })),
      maskedPaths: proc.masked as readonly string[],
    },
  };
}

/** As text, with a filter, whose numbers no object can hold. */
export function bundleText(bundled: Bundle, filter: string): string {
  const { linux } = bundled;
  return JSON.stringify({ ...bundled, linux: { ...linux, seccomp: '' } }).replace(
    '"seccomp":""',
    () => `"seccomp":${filter}`,
  );
}

/** `config.json` of the bundle of an enclosure, as runc and crun read it. */
export const bundleConfig = (enclosure: Enclosure): string =>
  bundleText(bundleOf(enclosure), ociText(enclosure.filter));

interface Bind {
  readonly from: string;
  readonly to: string;
  readonly options: readonly string[];
}

export const bindOf = ({ from, to, options }: Bind): BundleMount => ({
  destination: to,
  source: from,
  type: 'bind',
  options: options.includes('rbind') ? options : ['bind', ...options],
});

function memoryMounts({ writable, texts }: MemoryFolder) {
  return [
    ...Object.entries(writable).map(([to, name]) => ({
      from: folderAt(name),
      to,
      options: ['rw', 'nosuid', 'nodev', 'noexec'],
    })),
    ...Object.keys(texts).map((to, index) => ({
      from: textsAt(index),
      to,
      options: [...readOnly, 'noexec'],
    })),
  ];
}

/**
 * What the shell does besides: it puts the text of descriptor `config` into the bundle, and sees to it that a
 * runtime makes no use of the machine's cgroups. Those of v2 become read-only, since runc looks for no others
 * where they are not found. In the place of those of v1 there are folders of the same names that nothing can
 * be made in.
 */
export function steps({ links }: MemoryFolder, config: number): Required<Steps> {
  return {
    also: ['--pid', '--fork', '--kill-child=KILL', '--mount-proc'],
    before: [
      // What is mounted over /sys hides them, but not from whoever stands there.
      `{ [ -f ${cgroups}/cgroup.controllers ] && cd ${cgroups} || { cd / && groups=$(ls -d ${cgroups}/*/ 2>/dev/null); } || :; }`,
    ],
    after: [
      `mkdir -p ${cgroups} ${bundle}`,
      `{ [ -f ./cgroup.controllers ] && mount -n -c --bind . ${cgroups} || mount -n -t tmpfs -o size=64k,mode=0755,nosuid,nodev,noexec none ${cgroups}; }`,
      'cd /',
      `{ [ -z "$groups" ] || mkdir $groups; }`,
      // The kernel lets nobody take the other options from a mount of the machine's.
      `mount -n --bind -o ro,nosuid,nodev,noexec ${cgroups} ${cgroups}`,
      `mount -n -t tmpfs -o size=4m,nr_inodes=1024,mode=0700,nosuid,nodev none ${bundle}`,
      `mkdir ${bundle}/rootfs`,
      ...Object.entries(links).map(
        ([path, target]) => `ln -s ${quoted(target)} ${quoted(`${bundle}/rootfs${path}`)}`,
      ),
      `cat <&${config} > ${bundle}/config.json`,
      `exec ${config}<&-`,
    ],
  };
}
