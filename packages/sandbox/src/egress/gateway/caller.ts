import type { Reached } from '../messages.ts';
import type { Entry } from './hop.ts';

/** The client of one connection to the proxy, and who learns of its requests. */
export interface Caller {
  readonly isBrowser: boolean;
  readonly signal: AbortSignal;
  readonly onEntry: (entry: Entry) => void;
  readonly onReached: (reached: Reached) => void;
}
