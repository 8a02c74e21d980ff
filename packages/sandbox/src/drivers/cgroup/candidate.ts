import type { BoxCgroup, CgroupMode, CgroupRoom } from './cgroups.ts';

/** One way to make cgroups: the folders that ours will lie in, and how a box's is made there. */
export interface Candidate {
  readonly mode: CgroupMode;
  readonly parents: readonly string[];
  /** Gets the parents ready and makes the launcher's folder. Rejects with why it cannot. */
  readonly prepare: (name: string) => Promise<void>;
  readonly make: (name: string, room?: CgroupRoom) => BoxCgroup;
}
