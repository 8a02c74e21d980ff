/**
 * The conversation with a worker of the browser sandbox. It is the box's (see `messages.ts`), over a
 * `MessagePort`: a frame is a list of three, and what would be bytes may be text.
 *
 *     page                                       worker (hostile once the script runs)
 *        |  job  ------------------------------->  |
 *        |                 ready  <--------------  |   its walls stand: no network, no origin
 *        |                 compiled … result  <--  |   as a box sends them
 *        |  settle  ---------------------------->  |
 */
import type { JobMessage } from './messages.ts';

/** A type of `frameTypes`, the JSON text of its message, and what follows that. */
export type PortFrame = readonly [type: number, json: string, rest: string | Uint8Array | null];

/** What a worker gets for a run. */
export interface WorkerJob extends Pick<
  JobMessage,
  'input' | 'helpers' | 'outputBytes' | 'valueBytes'
> {
  readonly source: string;
}
