import type { Enclosure, MemoryFolder } from '../../boxes/enclosure.ts';
import { gvisorDialect, ociText } from '../../walls/seccomp/oci.ts';
import { deviceAt, folderAt, places, quoted } from '../memory.ts';
import { bindOf, bundleOf, bundleText } from '../oci/bundle.ts';

/** The program of the box that comes first, where the descriptors of its own lie. */
export interface Shell {
  /** Its path on the machine. */
  readonly program: string;
  /** Paths of what it is linked with. */
  readonly libraries: readonly string[];
}

/** The shell in the box. */
const shellInside = '/sh';

/** What lies in gVisor's own way of passing descriptors: 0 for replies, 1 for the channel, both ways. */
export const passed = ['pipe', 'pipe', 'pipe'] as const;

/**
 * runsc passes the first three descriptors only. So a shell comes first, puts the two of the runner where
 * the runner looks for them, and becomes the runner. Where nothing may be opened for writing, what would
 * write to standard output fails.
 */
function commandOf({ command, memory }: Enclosure): readonly string[] {
  const output = memory === undefined ? '1</dev/null' : '1<>/dev/null';
  return [shellInside, '-c', `exec "$@" 3<&1 4<&0 0</dev/null ${output}`, 'sh', ...command];
}

/**
 * `config.json` of the bundle of an enclosure. gVisor has a `/proc` of its own, in which there is nothing of
 * this machine. Files that may be written lie in the folder in memory, as in other boxes: gVisor's own
 * would have no limit of files.
 */
export function gvisorConfig(enclosure: Enclosure, shell: Shell): string {
  const bundled = bundleOf(enclosure);
  const { memory, mounts } = enclosure;
  const given = new Set(mounts.map(({ to }) => to));
  const shells = [
    { from: shell.program, to: shellInside },
    ...shell.libraries.filter((path) => !given.has(path)).map((path) => ({ from: path, to: path })),
  ];
  return bundleText(
    {
      ...bundled,
      process: { ...bundled.process, args: commandOf(enclosure) },
      mounts: [
        ...bundled.mounts.filter(({ destination }) => !replaced.has(destination)),
        ...shells.map(({ from, to }) => bindOf({ from, to, options: ['ro', 'nosuid', 'nodev'] })),
        bindOf({ from: places.devices, to: '/dev', options: ['ro', 'nosuid', 'noexec'] }),
        ...(memory === undefined ? [] : memory.devices.map(deviceOf)),
        nothingAt('/sys'),
        ...(memory === undefined ? [nothingAt('/tmp')] : linked(memory)),
      ],
      linux: { ...bundled.linux, maskedPaths: [] },
    },
    ociText(enclosure.filter, gvisorDialect),
  );
}

/** In a folder that is read-only gVisor opens no device for writing: each is a mount of its own. */
const deviceOf = (name: string) =>
  bindOf({ from: deviceAt(name), to: `/dev/${name}`, options: ['rw', 'nosuid', 'noexec'] });

const replaced = new Set(['/dev', '/proc/stat']);

/** gVisor mounts a folder of its own there where a bundle says nothing. */
const nothingAt = (path: string) => ({
  destination: path,
  type: 'tmpfs',
  source: 'none',
  options: ['ro'],
});

/** What others reach by a symbolic link is a mount here, since gVisor would cover the link. */
function linked({ links, writable }: MemoryFolder) {
  return Object.entries(links).flatMap(([path, target]) =>
    Object.entries(writable)
      .filter(([to]) => target.startsWith(`${to}/`))
      .map(([to, name]) => {
        const rest = target.slice(to.length + 1);
        const from = folderAt(name === '' ? rest : `${name}/${rest}`);
        return bindOf({ from, to: path, options: ['rw', 'nosuid', 'nodev', 'noexec'] });
      }),
  );
}

/** The words of a shell that say which kernel answers it. */
export const askingKernel = [
  shellInside,
  '-c',
  `read -r line < /proc/cmdline && echo ${quoted('kernel:')} "$line" >&2`,
] as const;
