import { readFileSync, readdirSync } from 'node:fs';

/** The pids of a process and all its descendants, in the pid namespace of this process. */
export function treeOf(root: number): readonly number[] {
  const found = [root];
  for (const pid of found) {
    for (const child of childrenOf(pid)) found.push(child);
  }
  return found;
}

/** The children of all threads of a process. */
export function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'latin1')
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    // It has ended.
    return [];
  }
}
