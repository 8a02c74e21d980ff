import type { Submission } from '../contract/runs.ts';
import { driverWord, labelWord, ownWord, policyWord } from '../contract/words.ts';

/** What a run needs of whoever takes it; see contract/words.ts. */
export function needsOf(submission: Submission): string {
  const { policy, input, placement, secrets, exchange } = submission;
  const { isolation } = input;
  const labels = Object.entries(placement).map(([name, value]) => labelWord(name, value));
  const driver = isolation === null || isolation === 'auto' ? [] : [driverWord(policy, isolation)];
  const own = secrets === undefined && exchange === undefined ? [] : [ownWord];
  return JSON.stringify([policyWord(policy), ...driver, ...labels.toSorted(), ...own]);
}

/** The labels in a list. */
export function placementOf(list: string): Submission['placement'] {
  const labels = (JSON.parse(list) as string[]).flatMap((word) => {
    const [, name, value] = /^label:([^=]*)=(.*)$/s.exec(word) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(labels);
}

/** Why a run has expired: whoever could take it had no room, or was not there. */
export function waitedFor(list: string): string {
  const words = JSON.parse(list) as string[];
  return `The run waited too long to be started by a launcher that has ${words.join(', ')}`;
}

/** Which of the lists whoever has these words can serve; null: all of them. */
export function wantedOf(
  lists: readonly string[],
  has: readonly string[] | null,
): readonly string[] | null {
  if (has === null) return null;
  const words = new Set(has);
  const wanted = lists.filter((list) => missingOf(list, words).length === 0);
  return wanted.length === lists.length ? null : wanted;
}

/** The words of a list that are not among these. */
function missingOf(list: string, words: ReadonlySet<string>): string[] {
  return (JSON.parse(list) as string[]).filter((word) => !words.has(word));
}
