import type { Limits, Problem, Run } from '@castellan/protocol';
import { caps, FrameError } from '@castellan/protocol/frames';
import { readProblems } from '../channel/problems.ts';
import type { RunOptions } from '../options/options.ts';

export type CheckOptions = Pick<RunOptions, 'limits' | 'tenant' | 'signal' | 'modules'>;

/** What a check found; nothing when `problems` is empty. At most 1,000 problems. */
export interface Checked {
  readonly problems: readonly Problem[];
}

/** A check under the limits of a run; its answer is ours, so valueBytes is not for the caller to set. */
export function checkLimits(limits: Limits): Limits {
  return { ...limits, valueBytes: caps.problemsJson, networkRequests: 0, artifactCount: 0 };
}

/**
 * What a check found, by how it ended in its box. A limit that it met, or a parser that it crashed, is
 * the one problem.
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
