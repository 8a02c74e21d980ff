import type { Rows } from './rows.ts';
import type { MovedStore } from './stores.ts';

/**
 * One side of a move: a data folder, or a database. Nobody else has it open meanwhile. A copy is made
 * beside the store, where no service looks, and takes its place at the end.
 */
export interface Side extends AsyncDisposable {
  /** For messages. */
  readonly name: string;
  /** The rows of a store, brought up to date; undefined where there is none. */
  stored(store: MovedStore): Promise<Rows | undefined>;
  /** The rows of a copy, as an earlier move has left it or with nothing in it. */
  copied(store: MovedStore): Promise<Rows>;
  /** Removes what is left of an earlier copy. */
  discard(store: MovedStore): Promise<void>;
  /** Makes stores of the copies. Stores that are there are empty, and go. */
  publish(stores: readonly MovedStore[]): Promise<void>;
  /** Puts stores aside, where no service looks; returns where they are. */
  retire(stores: readonly MovedStore[]): Promise<string[]>;
}
