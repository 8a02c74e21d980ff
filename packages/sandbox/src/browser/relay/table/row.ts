import { caps } from '@castellan/protocol/frames';
import * as is from './rules.ts';
import type { Rule } from './rules.ts';

/**
 * Kinds of sessions: the browser, a tab, a page, a frame in a process of its own, a worker. Sessions of
 * other kinds exist, but nothing is allowed on them.
 */
export const sessionTypes = ['browser', 'tab', 'page', 'frame', 'worker'] as const;
export type SessionType = (typeof sessionTypes)[number];

/** One allowed method: its sessions, and its parameters with their values. All others are refused. */
export interface Row {
  readonly sessions: readonly SessionType[];
  readonly parameters: Readonly<Record<string, Rule>>;
  /** The most bytes of such a command. */
  readonly most: number;
  /** Set where the relay itself answers, without Chromium, or does a part of the work. */
  readonly answered?: Answered;
}

export interface Answered {
  /** `nothing`: an empty answer. `files`: the relay puts the named files into the box first. */
  readonly by: 'nothing' | 'files';
  /** What happens instead: a clause for the reference page. */
  readonly why: string;
}

/** Methods of one kind, each with its row. */
export type Rows = Readonly<Record<string, Row>>;

/** The sessions of what concerns a page as a whole, its documents, and scripts wherever they run. */
export const pages = ['page'] as const;
export const documents = ['page', 'frame'] as const;
export const scripts = ['page', 'frame', 'worker'] as const;

/** Bytes of a command whose parameters are names, numbers and choices. */
export const usual = 64 * 1_024;

/** A row. `list` names parameters that may have any value. */
export function row(
  sessions: readonly SessionType[],
  list = '',
  rules: Readonly<Record<string, Rule>> = {},
): Row {
  const names = list.split(' ').filter(Boolean);
  const free = Object.fromEntries(names.map((name) => [name, is.any]));
  return { sessions, parameters: { ...free, ...rules }, most: usual };
}

/** Rows whose parameters may have any value: for each method the names of its parameters. */
export function rows(
  sessions: readonly SessionType[],
  lists: Readonly<Record<string, string>>,
): Rows {
  return Object.fromEntries(
    Object.entries(lists).map(([method, list]) => [method, row(sessions, list)]),
  );
}

/** A command that carries scripts, pages, bodies, or lists of a script's own. */
export const large = (given: Row): Row => ({ ...given, most: caps.cdpCommand });

/** A command with a URL, which may be the data of a page. */
export const withUrl = (given: Row): Row => ({ ...given, most: 8 * 2 ** 20 });

/** A setting that is not the script's to make: it is answered, and nothing happens. */
export const nothing = (why: string, given: Row): Row => ({
  ...given,
  answered: { by: 'nothing', why },
});
