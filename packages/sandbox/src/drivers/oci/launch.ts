import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Enclosure, MemoryFolder } from '../../boxes/enclosure.ts';
import { unwrapped, watchChild, type WatchedChild } from '../../walls/child.ts';
import { spawnWith } from '../../walls/inherited.ts';
import type { ResourceLimit } from '../../walls/rlimits.ts';
import { least, type Mounter, mounting } from '../memory.ts';
import { steps } from './bundle.ts';

/** What every runtime is started with, as absolute paths of programs. */
export interface Means {
  readonly runtime: string;
  readonly setpriv: string;
  readonly mounter: Mounter;
}

/** A runtime that is to build one box. */
export interface Launch {
  /** The beginning of a command line that becomes another user of the machine; empty for none. */
  readonly becoming: readonly string[];
  /** What follows its name. */
  readonly rest: readonly string[];
  /** Limits of the runtime itself, and of all that it starts. */
  readonly limits: readonly ResourceLimit[];
  /** `config.json` of its bundle. */
  readonly config: string;
  readonly memory: MemoryFolder;
  /** Whether the runtime itself has no network either. */
  readonly isOffline: boolean;
  /** Its own threads, which are counted with those of the box. */
  readonly tasks: number;
  readonly descriptors: Enclosure['descriptors'];
  readonly isDetached: boolean;
  /** Descriptors that it would inherit. */
  readonly leaks: readonly number[];
}

/**
 * Starts the runtime in namespaces of its own, in whose memory the bundle lies: nothing of a box is ever on
 * a disk. The first program dies with the launcher, the process namespace with the first program, and
 * with that the runtime and the box, whatever they are doing.
 */
export function launch(
  { runtime, setpriv, mounter }: Means,
  { rest, limits, config, memory, isOffline, tasks, descriptors, ...how }: Launch,
): WatchedChild {
  const { length } = descriptors;
  const room = { ...memory, tasks: memory.tasks + tasks };
  const { also, ...own } = steps(memory, length);
  const namespaces = mounting(mounter, room, {
    ...own,
    also: isOffline ? [...also, '--net'] : also,
  });
  const values = limits.map(({ option, value }) => `--${option}=${value}`);
  const limited = limits.length === 0 ? [] : [mounter.prlimit, ...values];
  const child = spawnWith(
    setpriv,
    ['--pdeathsig', 'KILL', '--', ...how.becoming, ...namespaces, ...limited, runtime, ...rest],
    { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' },
    [...descriptors, 'pipe'],
    how.leaks,
    how.isDetached,
  );
  const direct = watchChild(child);
  // Node's types have only five descriptors.
  (direct.ends[length] as Writable).end(config);
  return { ...direct, ended: direct.ended.then(unwrapped) };
}

/** The folder in memory of an enclosure, in which a bundle finds its devices. */
export const folderOf = ({ memory }: Enclosure): MemoryFolder => memory ?? least;

export const isOver = ({ exitCode, signalCode }: ChildProcess): boolean =>
  exitCode !== null || signalCode !== null;
