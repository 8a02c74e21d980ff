import type { Kind } from './kind.ts';
import { whole } from './kinds.ts';
import { shape } from './structures.ts';

/** Numbers of users and groups of a machine that belong to boxes and to nobody else. */
export interface BoxUsers {
  /** The lowest number. */
  readonly first: number;
  /** How many there are: as many boxes can stand at a time, of all launchers of the machine together. */
  readonly count: number;
}

/** Above what distributions, containers and directories of networks give, and below 2³¹. */
export const defaultBoxUsers: BoxUsers = { first: 2_000_300_000, count: 65_536 };

/** The numbers below 1,000 are the system's; bubblewrap takes those from 2³¹ on for negative. */
export const boxUsersTable = {
  first: whole(1_000, 2_146_000_000),
  count: whole(1, 2 ** 20),
} as const satisfies { readonly [Name in keyof BoxUsers]: Kind<number> };

/** Validates `BoxUsers`. */
export const boxUsers: Kind<BoxUsers> = shape<BoxUsers>(
  'an object { first, count }',
  boxUsersTable,
);
