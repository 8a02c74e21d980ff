import type { Limits, Problem, Run } from '@castellan/protocol';
import { caps, FrameError } from '@castellan/protocol/frames';
import { readProblems } from '../channel/problems.ts';
import type { RunOptions } from '../options/options.ts';

/** Options of `sandbox.check`: those of a run that bear on reading a script. */
export type CheckOptions = Pick<RunOptions, 'limits' | 'tenant' | 'signal' | 'modules'>;

/** The result of a check: at most 1,000 problems. */
export interface Checked {
  /** In the order of the files, and from the top of each file down. */
  readonly problems: readonly Problem[];
}

/** The limits of a check. Its result has a fixed form, so the caller's `valueBytes` does not apply. */
export function checkLimits(limits: Limits): Limits {
  return { ...limits, valueBytes: caps.problemsJson, networkRequests: 0, artifactCount: 0 };
}

/**
 * The result of a check, from its run. When a limit was hit or the parser crashed, that is the only
 * problem.
 */
export function checkedOf({ reason, error, value }: Run): Checked {
  if (reason !== null) {
    const { message = '', file = null, line = null, column = null } = error ?? {};
    return { problems: [{ code: reason, message, file, line, column }] };
  }
  try {
    return { problems: readProblems(value) };
  } catch (thrown) {
    if (!(thrown instanceof FrameError)) throw thrown;
    const message = `The box broke the protocol: ${thrown.message}`;
    const code = 'policy_violation';
    return { problems: [{ code, message, file: null, line: null, column: null }] };
  }
}
