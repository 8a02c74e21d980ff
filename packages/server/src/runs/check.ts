import type { Problem } from '@castellan/protocol';
import type { Submission } from './runs.ts';

/** Parses a script in a box of the launcher's, and runs nothing. Rejects when that cannot be done now. */
export type Check = (
  submission: Pick<Submission, 'source' | 'modules' | 'policy' | 'limits'>,
) => Promise<readonly Problem[]>;
