import { type CallRecord, callRecords, namesOf } from '@castellan/protocol';
import { shown } from '@castellan/protocol/kinds';
import type { Policy } from '../../policies/policy.ts';
import { ProblemError } from '../problems/problem.ts';

/** The most first. */
const all = namesOf(callRecords);

/** What may be asked for where the least is this. */
function allowedFrom(least: CallRecord): readonly CallRecord[] {
  return all.slice(0, all.indexOf(least) + 1);
}

/** Throws for a version or a call that wants less written down than it may. */
export function refuseLess(
  asked: CallRecord | undefined,
  pointer: string,
  { name, calls }: Pick<Policy, 'name' | 'calls'>,
  ofVersion?: CallRecord,
): void {
  if (asked === undefined) return;
  const least = ofVersion ?? calls.record;
  const allowed = allowedFrom(least);
  if (allowed.includes(asked)) return;
  const who = ofVersion === undefined ? `the policy ${shown(name)}` : 'the version';
  const detail = `${pointer.slice(1).replace('/', '.')} is ${shown(asked)}, and ${who} wants ${shown(least)} written down. Allowed: ${allowed.join(', ')}.`;
  throw new ProblemError('not_supported', detail, {
    errors: [{ pointer, detail, value: asked, allowed }],
  });
}

/** Throws for a webhook where what it tells is not written down: it has to be there later. */
export function refuseUnrecordedWebhook(record: CallRecord): void {
  if (record === 'all') return;
  const detail = `webhook is for calls that are written down, and these have record ${shown(record)}.`;
  throw new ProblemError('not_supported', detail, {
    fix: 'let record be "all", or leave webhook out',
    errors: [{ pointer: '/webhook', detail }],
  });
}

/** What is written down of a call: what it asks for, or its version, or its policy. Throws for less. */
export function recordOf(
  asked: CallRecord | undefined,
  ofVersion: CallRecord | undefined,
  policy: Pick<Policy, 'name' | 'calls'>,
): CallRecord {
  // The policy may have been changed since the version was deployed.
  refuseLess(ofVersion, '/calls/record', policy);
  refuseLess(asked, '/record', policy, ofVersion);
  return asked ?? ofVersion ?? policy.calls.record;
}
