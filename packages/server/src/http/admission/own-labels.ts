import { shown } from '@castellan/protocol/kinds';
import { ProblemError, scalarOf } from '../problems/problem.ts';

type Labels = Readonly<Record<string, string>>;

/** Labels that begin so are the service's: what they say is true, and runs are found by them. */
const prefix = 'castellan/';

/** The most labels of a run; `runInputTable` has the same. */
const mostLabels = 32;

/**
 * The most that a function and a call may give together, beside those of `labelsOfCall`, `labelsOfSchedule` and
 * `admitSecrets`.
 */
const mostOfCall = mostLabels - 5;

/** Throws for labels that leave no room for the service's. */
export function refuseManyLabels(labels: Labels | undefined): void {
  const count = Object.keys(labels ?? {}).length;
  if (count <= mostOfCall) return;
  const detail = `A function and a call of it may have ${mostOfCall} labels together, and these are ${count}.`;
  throw new ProblemError('invalid_request', detail, { errors: [{ pointer: '/labels', detail }] });
}

/** The labels of a run that a call of a function started. */
export function labelsOfCall(name: string, version: number): Labels {
  return { [`${prefix}function`]: name, [`${prefix}version`]: `${version}` };
}

const tickLabel = `${prefix}tick`;

/** The labels of a run that a schedule started by hand, or, with a tick, by itself. */
export function labelsOfSchedule(name: string, tick: string | null): Labels {
  return { [`${prefix}schedule`]: name, ...(tick === null ? {} : { [tickLabel]: tick }) };
}

/** What finds the run of a tick among all others. */
export function queryOfTick(tick: string): string {
  return `${tickLabel}=${tick}`;
}

/** Throws for a label that only the service may write. */
export function refuseOwnLabels(labels: Labels | undefined): void {
  const name = Object.keys(labels ?? {}).find((each) => each.startsWith(prefix));
  if (name === undefined) return;
  const detail = `The label ${shown(name)} is the service's: no other may begin with "${prefix}".`;
  throw new ProblemError('invalid_request', detail, {
    errors: [{ pointer: '/labels', detail, value: scalarOf(name) }],
  });
}

/** The service's labels that a run has when it is run again, and all others: a tick has one run. */
export function splitLabels(labels: Labels): { readonly own: Labels; readonly others: Labels } {
  const entries = Object.entries(labels);
  const isOwn = ([name]: readonly [string, string]): boolean => name.startsWith(prefix);
  const isKept = ([name]: readonly [string, string]): boolean => name !== tickLabel;
  return {
    own: Object.fromEntries(entries.filter(isOwn).filter(isKept)),
    others: Object.fromEntries(entries.filter((entry) => !isOwn(entry))),
  };
}
