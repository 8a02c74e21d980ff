import { type DriverName, namesOf } from './words.ts';

interface LayerRow {
  readonly sentence: string;
  /** Who proves it: the kernel, about the running box; or the launcher, which applies it. */
  readonly provedBy: 'kernel' | 'launcher';
  /** Whether a run is refused without it by default. */
  readonly isDefaultFloor: boolean;
  /** Whether `hardened` asks for it. */
  readonly isHardened?: boolean;
  /** The driver that alone puts it up. */
  readonly only?: DriverName;
}

/** The layers around a script. A run's `isolation.layers` lists those that were proved around it. */
export const layers = {
  isolate: {
    sentence: 'The script has a V8 isolate of its own, without Node.',
    provedBy: 'launcher',
    isDefaultFloor: false,
    isHardened: true,
  },
  process: {
    sentence: 'The script runs in a process apart from the launcher.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  userns: {
    sentence: 'User ids of its own: root inside is nobody outside.',
    provedBy: 'kernel',
    isDefaultFloor: true,
    isHardened: true,
  },
  hostuser: {
    sentence: 'On this machine it is a user whom nobody else is: neither root nor another box.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  pidns: {
    sentence: 'It sees no process of this machine.',
    provedBy: 'kernel',
    isDefaultFloor: true,
    isHardened: true,
  },
  netns: {
    sentence: 'A network of its own, with nothing in it.',
    provedBy: 'kernel',
    isDefaultFloor: true,
    isHardened: true,
  },
  mountns: {
    sentence: 'Files of its own: Node and the runner, read-only.',
    provedBy: 'kernel',
    isDefaultFloor: true,
    isHardened: true,
  },
  ipcns: {
    sentence: 'No shared memory or queues with this machine.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  utsns: {
    sentence: 'A host name of its own.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  seccomp: {
    sentence: 'System calls pass a filter.',
    provedBy: 'kernel',
    isDefaultFloor: true,
    isHardened: true,
  },
  mute: {
    sentence:
      'Once it is ready, fewer system calls still: a second filter, which it puts up itself.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  nodump: {
    sentence: 'Its memory is closed to other processes of its user, and to dumps.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  landlock: {
    sentence:
      'It reads, executes and writes only what is named, by a wall of its own, whatever its mounts hold.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  nocode: {
    sentence: 'None of its memory can become executable: no machine code is made in it.',
    provedBy: 'launcher',
    isDefaultFloor: false,
    isHardened: true,
  },
  nonewprivs: {
    sentence: 'No program can give it more rights.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  nocaps: {
    sentence: 'It has no capability, in its own namespace either.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  nofork: {
    sentence: 'It can start no process.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  nouserns: {
    sentence: 'It can make no user namespace, whatever its filter says.',
    provedBy: 'kernel',
    isDefaultFloor: false,
  },
  gvisor: {
    sentence: "gVisor's kernel answers its system calls: this machine's sees gVisor only.",
    provedBy: 'kernel',
    isDefaultFloor: false,
    only: 'gvisor',
  },
  rlimits: {
    sentence: 'Files, locks, stack, core dumps and processor time are bounded by the kernel.',
    provedBy: 'kernel',
    isDefaultFloor: false,
    isHardened: true,
  },
  cgroup: {
    sentence: 'Memory, processor time and processes are counted and bounded together.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  hardened: {
    sentence: 'All that the option of this name asks for stands.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  cpushare: {
    sentence:
      'Busy processors are shared between boxes as equals, whatever runs in them; the option cpus holds.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  dockersocket: {
    sentence:
      'No wall: the launcher can talk to a Docker socket, which is worth root on this machine.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
  watchdog: {
    sentence: 'The launcher reads its memory every 20 ms, in place of a cgroup.',
    provedBy: 'launcher',
    isDefaultFloor: false,
  },
} as const satisfies Readonly<Record<string, LayerRow>>;
/** A layer that stood during the run, proved by the launcher from outside the box. */
export type Layer = keyof typeof layers;

/** The layers without which nothing is run by default. */
export const defaultFloor: readonly Layer[] = /* @__PURE__ */ layersWith('isDefaultFloor');

/** The layers that `hardened` asks for; `hostuser` where the launcher is root only. */
export const hardenedFloor: readonly Layer[] = /* @__PURE__ */ layersWith('isHardened');

function layersWith(column: 'isDefaultFloor' | 'isHardened'): Layer[] {
  return namesOf(layers).filter((name) => (layers[name] as LayerRow)[column] === true);
}
