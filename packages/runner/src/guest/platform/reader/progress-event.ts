import type { Realm } from '../realm.ts';
import { requireArguments, toDictionary } from '../webidl.ts';

export type ProgressEventClass = new (type: string, init?: object) => Event;

/** Creates `ProgressEvent`. */
export function createProgressEvent({ events }: Realm): ProgressEventClass {
  class ProgressEvent extends events.Event {
    readonly #isComputable: boolean;
    readonly #loaded: number;
    readonly #total: number;

    constructor(type: unknown, init: unknown = {}) {
      requireArguments('ProgressEvent', arguments.length, 1);
      const bag = toDictionary(init, 'ProgressEvent: the options');
      super(type as string, bag);
      this.#isComputable = !!bag['lengthComputable'];
      this.#loaded = Number(bag['loaded'] ?? 0);
      this.#total = Number(bag['total'] ?? 0);
    }

    get lengthComputable(): boolean {
      return this.#isComputable;
    }
    get loaded(): number {
      return this.#loaded;
    }
    get total(): number {
      return this.#total;
    }
  }

  Object.defineProperty(ProgressEvent, 'length', { value: 1 });
  return ProgressEvent;
}
