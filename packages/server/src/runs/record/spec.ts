import type { RunSpec } from '../contract/launch.ts';

/** What is kept of a run to start it: of its secrets, their names. */
export function specOf({ source, input, limits, secrets }: RunSpec): RunSpec {
  return { source, input, limits, ...(secrets === undefined ? {} : { secrets }) };
}
