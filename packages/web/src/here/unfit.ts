import { getsBrowser } from '@castellan/protocol';
import type { Writing } from '../script/draft.ts';
import type { Policy } from '../session/offer.ts';

/** What keeps a script from running in the visitor's own browser, and what to do about it. */
export interface Unfit {
  readonly why: string;
  readonly fix: string;
}

interface Row extends Unfit {
  readonly isMet: (text: string, writing: Writing, policy: Policy) => boolean;
}

const run = 'choose Run: the service has it';

/** What is gone when types are taken out. */
const typeImport = /^\s*(?:import|export)\s+type\s[^;]*?\bfrom\s*(["'])[^"'\n]*\1/gm;

/**
 * The first row that is met is told. They are for a person, not a wall: words are looked for, in comments
 * too, and what they miss the sandbox refuses itself, with an error of the script.
 */
const rows: readonly Row[] = [
  {
    isMet: (_text, _writing, { engine }) => engine !== 'isolate',
    why: 'This policy runs scripts in full Node, which no browser has.',
    fix: 'choose Run, or a policy whose engine is the isolate',
  },
  {
    isMet: (_text, { files, data }) => files.length + data.length > 1,
    why: 'Only one file runs here.',
    fix: 'put all of it into one script, or choose Run',
  },
  {
    isMet: (_text, { files }) => !/\.[cm]?[jt]s$/.test(files[0]?.name ?? ''),
    why: 'Only a script runs here: this file is of another kind, as its name says.',
    fix: 'name it script.js, or choose Run',
  },
  {
    isMet: (text) =>
      /^\s*import\s*["'{*\w]|\bfrom\s*["']|\brequire\s*\(/m.test(text.replaceAll(typeImport, '')),
    why: 'There are no packages and no other files here.',
    fix: run,
  },
  {
    isMet: (text, { browser }, policy) => policy.browser && getsBrowser(browser, [text]),
    why: 'There is no browser to drive here.',
    fix: run,
  },
  {
    isMet: (text) => /\b(?:artifacts|files)\s*\./.test(text),
    why: 'There are no artifacts and no files here.',
    fix: 'return the text as the value, or choose Run',
  },
  {
    isMet: (text, _writing, { helpers }) => helpers.some((name) => namesIt(text, name)),
    why: 'The helpers of the policy are functions of the service.',
    fix: run,
  },
  {
    isMet: (_text, { record }) => Object.values(record).includes(true),
    why: 'Nothing is recorded here.',
    fix: 'take the recording away, or choose Run',
  },
];

/** Whether a helper's name stands in a text, such as `mail.send`, and is no part of a longer one. */
function namesIt(text: string, helper: string): boolean {
  return text.split(helper).some((before, at, all) => {
    const after = all[at + 1];
    return after !== undefined && !/[\w$.]$/.test(before) && !/^[\w$]/.test(after);
  });
}

/** Why a script cannot run in this browser; null if nothing speaks against it. */
export function unfitHere(writing: Writing, policy: Policy): Unfit | null {
  const text = writing.files[0]?.text ?? '';
  return rows.find(({ isMet }) => isMet(text, writing, policy)) ?? null;
}
