import { globSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';

/** What this process holds that a run could have left behind, as lines that can be compared. */
export function holdings(): string[] {
  return [...descriptors(), ...cgroups(), ...temporary(), ...descendants()].toSorted();
}

/** All processes below this one, by pid and start time; those that are being reaped count too. */
export function descendants(): string[] {
  const parents = new Map<string, { parent: string; line: string }>();
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const fields = statOf(pid);
    if (fields !== undefined)
      parents.set(pid, { parent: fields[1]!, line: `process ${pid} ${fields[19]}` });
  }
  const isBelow = (pid: string): boolean => {
    const parent = parents.get(pid)?.parent;
    return parent !== undefined && (parent === String(process.pid) || isBelow(parent));
  };
  return [...parents].filter(([pid]) => isBelow(pid)).map(([, { line }]) => line);
}

/** Which of the processes, as lines of `descendants()`, are still alive, whatever their parent is now. */
export function survivors(lines: Iterable<string>): string[] {
  return [...lines].filter((line) => {
    const [, pid = '', startTime] = line.split(' ');
    return statOf(pid)?.[19] === startTime;
  });
}

/** The fields of `/proc/PID/stat` from the state on: 0 state, 1 parent, 19 start time. */
function statOf(pid: string): string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

function descriptors(): string[] {
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [`descriptor ${descriptor} ${readlinkSync(`/proc/self/fd/${descriptor}`)}`];
    } catch {
      // The one that the folder was read with.
      return [];
    }
  });
}

function cgroups(): string[] {
  const depths = ['*', '*/*', '*/*/*'].map(
    (depth) => `/sys/fs/cgroup/${depth}/castellan-*-${process.pid}-*`,
  );
  return globSync(depths).map((folder) => `cgroup ${folder}`);
}

/** Each test process has a temporary folder of its own: everything in it is left over. */
function temporary(): string[] {
  return readdirSync(tmpdir()).map((name) => `temporary ${name}`);
}
