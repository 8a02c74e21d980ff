import type { StoredRun } from '../runs/contract/runs.ts';

/** The most bytes of a message; what is more is read over the API. */
export const mostBytes = 256 * 1_024;

/** What is left out, in this order, of a run that is longer. */
const leftOut = [
  ['logs', []],
  ['value', null],
  ['error', null],
] as const;

/**
 * The message about a run that has ended: `{ type, timestamp, data }`, the last being the run as the API has it.
 * Of one that is too long `omitted` names the fields that were emptied.
 */
export function messageOf({ json, finishedAt }: StoredRun, bound = mostBytes): string {
  const head = `{"type":"run.finished","timestamp":${JSON.stringify(finishedAt)}`;
  const whole = `${head},"data":${json}}`;
  if (Buffer.byteLength(whole) <= bound) return whole;
  let run = JSON.parse(json) as Record<string, unknown>;
  const omitted: string[] = [];
  for (const [field, empty] of leftOut) {
    run = { ...run, [field]: empty };
    omitted.push(field);
    const rest = `${head},"omitted":${JSON.stringify(omitted)},"data":${JSON.stringify(run)}}`;
    if (Buffer.byteLength(rest) <= bound) return rest;
  }
  const { id, status, reason } = run;
  const least = { id, status, reason };
  return `${head},"omitted":["all but id, status and reason"],"data":${JSON.stringify(least)}}`;
}
