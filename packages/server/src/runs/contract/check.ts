import type { Problem } from '@castellan/protocol';
import type { RunInput } from '@castellan/protocol/run-input';
import type { Submission } from './runs.ts';

/**
 * Parses a script in a box of the launcher and runs nothing of it. Rejects if that is not possible
 * now.
 */
export type Check = (
  script: Pick<Submission, 'source' | 'policy' | 'limits' | 'tenant'> & Pick<RunInput, 'modules'>,
) => Promise<readonly Problem[]>;
