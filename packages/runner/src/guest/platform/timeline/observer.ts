import { DOMException } from '../dom-exception.ts';
import type { Realm } from '../realm.ts';
import { requireArguments, toDictionary, toSequence } from '../webidl.ts';
import { select } from './buffer.ts';
import type { Entry } from './entry.ts';

type Callback = (this: unknown, list: object, observer: object, options: object) => unknown;

const supported = Object.freeze(['mark', 'measure']);

/** Creates `PerformanceObserver` and its list; `past` returns the entries so far. */
export function createObservers({ startOwn, report }: Realm, past: () => readonly Entry[]) {
  const token = Symbol('construct');
  const registered = new Set<PerformanceObserver>();
  let isQueued = false;
  let deliver: (observer: PerformanceObserver) => void;
  let offer: (observer: PerformanceObserver, entry: Entry) => void;

  class PerformanceObserverEntryList {
    readonly #entries: readonly Entry[];

    constructor(...[given, entries]: unknown[]) {
      if (given !== token) throw new TypeError('Illegal constructor');
      this.#entries = entries as readonly Entry[];
    }

    getEntries(): Entry[] {
      return select(this.#entries);
    }
    getEntriesByType(type: unknown): Entry[] {
      void this.#entries;
      requireArguments('getEntriesByType', arguments.length, 1);
      return select(this.#entries, undefined, `${type as string}`);
    }
    getEntriesByName(name: unknown, type?: unknown): Entry[] {
      void this.#entries;
      requireArguments('getEntriesByName', arguments.length, 1);
      return select(this.#entries, `${name as string}`, type);
    }
  }
  Object.defineProperty(PerformanceObserverEntryList.prototype.getEntriesByName, 'length', {
    value: 1,
  });

  class PerformanceObserver {
    readonly #callback: Callback;
    #kind: 'none' | 'single' | 'multiple' = 'none';
    #types: readonly string[] = [];
    #records: Entry[] = [];

    static {
      offer = (observer, entry) => {
        if (observer.#types.includes(entry.entryType)) observer.#records.push(entry);
      };
      deliver = (observer) => {
        const records = observer.takeRecords();
        if (records.length === 0) return;
        const list = new PerformanceObserverEntryList(token, records);
        try {
          Reflect.apply(observer.#callback, observer, [list, observer, { droppedEntriesCount: 0 }]);
        } catch (error) {
          report(error);
        }
      };
    }

    constructor(callback: unknown) {
      if (typeof callback !== 'function') {
        throw new TypeError('PerformanceObserver needs a function');
      }
      this.#callback = callback as Callback;
    }

    static get supportedEntryTypes(): readonly string[] {
      return supported;
    }

    observe(options: unknown = {}): void {
      void this.#types;
      const { buffered, entryTypes, type } = toDictionary(options, 'observe: the options');
      const isMultiple = entryTypes !== undefined;
      if (isMultiple === (type !== undefined) || (isMultiple && buffered !== undefined)) {
        throw new TypeError('observe takes entryTypes alone, or a type');
      }
      const kind = isMultiple ? 'multiple' : 'single';
      const types = isMultiple
        ? toSequence(entryTypes, 'observe: entryTypes', (item) => `${item as string}`)
        : [`${type as string}`];
      if (this.#kind !== 'none' && this.#kind !== kind) {
        const message =
          'An observer takes either entryTypes or a type, not now one and now the other';
        throw new DOMException(message, 'InvalidModificationError');
      }
      this.#kind = kind;
      const known = types.filter((each) => supported.includes(each));
      if (known.length === 0) return;
      this.#types = isMultiple ? known : [...this.#types, ...known];
      registered.add(this);
      if (!buffered) return;
      this.#records.push(...past().filter(({ entryType }) => known.includes(entryType)));
      queue();
    }

    disconnect(): void {
      this.#types = [];
      this.#records = [];
      this.#kind = 'none';
      registered.delete(this);
    }

    takeRecords(): Entry[] {
      const records = this.#records;
      this.#records = [];
      return records;
    }
  }
  Object.defineProperty(PerformanceObserver.prototype.observe, 'length', { value: 0 });

  /** Notifies observers in a task of its own, however many entries there are. */
  const queue = (): void => {
    if (isQueued) return;
    isQueued = true;
    startOwn(
      () => {
        isQueued = false;
        const now = [...registered];
        for (const observer of now) deliver(observer);
      },
      0,
      'event',
    );
  };

  return {
    classes: { PerformanceObserver, PerformanceObserverEntryList } as Readonly<
      Record<string, abstract new (...values: never[]) => object>
    >,
    notify(entry: Entry): void {
      if (registered.size === 0) return;
      for (const observer of registered) offer(observer, entry);
      queue();
    },
  };
}
