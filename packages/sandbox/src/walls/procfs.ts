import { closeSync, openSync, readFileSync, readSync } from 'node:fs';

/** The content of `/proc/<pid>/stat` and `statm`, in common units. */
export interface ProcessSample {
  readonly state: string;
  readonly parent: number;
  /** The process group: processes that a shell or a service manager started together. */
  readonly group: number;
  /** Clock ticks since boot. Together with the pid it identifies a process uniquely. */
  readonly startTime: string;
  /** User and system time of all threads, ended ones included, in steps of 10 ms. */
  readonly cpuMs: number;
  /** Resident memory that is not shared with a file or another process. */
  readonly privateBytes: number;
}

const tickMs = 10;
const pageBytes = 4096;

/**
 * One process, identified by descriptors that were opened while it was alive: they refer to that process
 * and never to a later one with the same pid. Close it with `Symbol.dispose`.
 */
export class ProcessView implements Disposable {
  readonly pid: number;
  readonly #stat: number;
  readonly #statm: number;
  readonly #buffer = Buffer.alloc(1024);
  #open = true;

  /** Throws `ENOENT` or `ESRCH` when there is no such process. */
  constructor(pid: number) {
    this.pid = pid;
    this.#stat = openSync(`/proc/${pid}/stat`, 'r');
    try {
      this.#statm = openSync(`/proc/${pid}/statm`, 'r');
    } catch (error) {
      closeSync(this.#stat);
      throw error;
    }
  }

  /** `undefined` once the process, or its first thread, is gone. Costs two short reads. */
  sample(): ProcessSample | undefined {
    const stat = this.#read(this.#stat);
    const memory = this.#read(this.#statm);
    if (stat === undefined || memory === undefined) return undefined;
    const { threads: _, ...fields } = parseStat(stat);
    if (fields.state === 'Z' || fields.state === 'X') return undefined;
    const [, resident = 0, shared = 0] = memory.split(' ').map(Number);
    return { ...fields, privateBytes: Math.max(0, resident - shared) * pageBytes };
  }

  /**
   * Whether nothing of it runs any more. Its first thread may end before the others, which Linux shows as it
   * shows a zombie: such a process is not gone, though it has no sample.
   */
  get isGone(): boolean {
    const stat = this.#read(this.#stat);
    if (stat === undefined) return true;
    const { state, threads } = parseStat(stat);
    return state === 'X' || (state === 'Z' && threads <= 1);
  }

  /** Sends SIGKILL to this process and no other. Does nothing when it is gone. */
  kill(): void {
    if (this.isGone) return;
    try {
      process.kill(this.pid, 'SIGKILL');
    } catch {
      // It ended between the two calls, in which time its pid cannot have been reused.
    }
  }

  [Symbol.dispose](): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#stat);
    closeSync(this.#statm);
  }

  #read(descriptor: number): string | undefined {
    if (!this.#open) return undefined;
    try {
      const length = readSync(descriptor, this.#buffer, 0, 1024, 0);
      return this.#buffer.toString('latin1', 0, length);
    } catch {
      return undefined;
    }
  }
}

type Stat = Omit<ProcessSample, 'privateBytes'> & {
  /** A first thread that has ended counts until all others have. */
  readonly threads: number;
};

function parseStat(text: string): Stat {
  // The name is in brackets and may itself contain brackets.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    group: Number(fields[2]),
    cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs,
    threads: Number(fields[17]),
    startTime: fields[19] ?? '',
  };
}

/** Start time of a living process in clock ticks since boot, or `undefined`. */
export function startTimeOf(pid: number | 'self'): string | undefined {
  return statOf(pid)?.startTime;
}

/** Parent and process group of a process, or `undefined` when it is gone or hidden. */
export function kinshipOf(
  pid: number | 'self',
): Pick<ProcessSample, 'parent' | 'group'> | undefined {
  return statOf(pid);
}

function statOf(pid: number | 'self'): ReturnType<typeof parseStat> | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}
