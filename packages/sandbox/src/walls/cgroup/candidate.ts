import type { BoxCgroup, CgroupMode, CgroupRoom } from './cgroups.ts';

/** One way to make cgroups: the parent folders, and how the cgroup of a box is made in them. */
export interface Candidate {
  readonly mode: CgroupMode;
  readonly parents: readonly string[];
  /**
   * Prepares the parents and makes the launcher's folder. Resolves to whether boxes share the processors
   * there. Rejects with the reason when it cannot.
   */
  readonly prepare: (name: string) => Promise<{ readonly hasCpu: boolean }>;
  readonly make: (name: string, room?: CgroupRoom) => BoxCgroup;
}
