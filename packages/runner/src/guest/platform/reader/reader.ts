import { DOMException } from '../dom-exception.ts';
import { defineProperty } from '../natives.ts';
import type { Realm } from '../realm.ts';
import { requireArguments } from '../webidl.ts';
import { asArrayBuffer, asBinaryString, asDataUrl, asText, type Package } from './package.ts';
import type { ProgressEventClass } from './progress-event.ts';

type Handler = (this: unknown, event: Event) => unknown;

const states = { EMPTY: 0, LOADING: 1, DONE: 2 } as const;
const eventTypes = ['loadstart', 'progress', 'load', 'abort', 'error', 'loadend'] as const;

/**
 * Creates `FileReader`. The bytes are available at once, but each event is a task of its own, so that
 * microtasks of listeners run between them.
 */
export function createFileReader(
  realm: Realm,
  ProgressEvent: ProgressEventClass,
): new () => object {
  const { events, EventTarget, startOwn } = realm;
  const { isBlob, bytesOf } = realm.files();

  class FileReader extends EventTarget {
    #state: number = states.EMPTY;
    #result: string | ArrayBuffer | null = null;
    #error: DOMException | null = null;
    /** Counts reads that were started or aborted, so that tasks of older ones are dropped. */
    #turn = 0;
    readonly #handlers = new Map<string, Handler>();

    static {
      for (const type of eventTypes) {
        const { get, set } = Reflect.getOwnPropertyDescriptor(
          {
            get [`on${type}`](): Handler | null {
              return (this as unknown as FileReader).#handlers.get(type) ?? null;
            },
            set [`on${type}`](value: unknown) {
              (this as unknown as FileReader).#handle(type, value);
            },
          },
          `on${type}`,
        )!;
        defineProperty(FileReader.prototype, `on${type}`, {
          get: get!,
          set: set!,
          enumerable: true,
          configurable: true,
        });
      }
    }

    get readyState(): number {
      return this.#state;
    }
    get result(): string | ArrayBuffer | null {
      return this.#result;
    }
    get error(): DOMException | null {
      return this.#error;
    }

    readAsArrayBuffer(_blob: unknown): void {
      this.#read('readAsArrayBuffer', arguments, asArrayBuffer);
    }
    readAsBinaryString(_blob: unknown): void {
      this.#read('readAsBinaryString', arguments, asBinaryString);
    }
    readAsText(_blob: unknown, encoding?: unknown): void {
      const label = encoding === undefined ? undefined : `${encoding as string}`;
      this.#read('readAsText', arguments, asText(label));
    }
    readAsDataURL(_blob: unknown): void {
      this.#read('readAsDataURL', arguments, asDataUrl);
    }

    abort(): void {
      const wasLoading = this.#state === states.LOADING;
      this.#result = null;
      if (!wasLoading) return;
      this.#state = states.DONE;
      this.#turn++;
      this.#fire('abort', 0, 0);
      if (this.#state !== states.LOADING) this.#fire('loadend', 0, 0);
    }

    #read(name: string, [blob]: IArguments, pack: Package): void {
      requireArguments(name, blob === undefined ? 0 : 1, 1);
      if (!isBlob(blob)) throw new TypeError(`${name}: the argument must be a Blob`);
      if (this.#state === states.LOADING) {
        throw new DOMException('The reader is reading already', 'InvalidStateError');
      }
      this.#state = states.LOADING;
      this.#result = null;
      this.#error = null;
      const bytes = bytesOf(blob);
      const { length } = bytes;
      const { type } = blob;
      const load = (): void => {
        this.#state = states.DONE;
        this.#result = pack(bytes, type);
        this.#fire('load', length, length);
      };
      const end = (): void => {
        if (this.#state !== states.LOADING) this.#fire('loadend', length, length);
      };
      const progress = length === 0 ? [] : [() => this.#fire('progress', length, length)];
      this.#later(++this.#turn, [() => this.#fire('loadstart', 0, length), ...progress, load, end]);
    }

    /** Runs the steps of a read as tasks, until another read starts or this one is aborted. */
    #later(turn: number, [step, ...others]: readonly (() => void)[]): void {
      if (step === undefined) return;
      startOwn(
        () => {
          if (turn !== this.#turn) return;
          step();
          this.#later(turn, others);
        },
        0,
        'event',
      );
    }

    #fire(type: string, loaded: number, total: number): void {
      const event = new ProgressEvent(type, { lengthComputable: total > 0, loaded, total });
      events.stateOf(event).isTrusted = true;
      this.dispatchEvent(event);
    }

    #handle(type: string, value: unknown): void {
      const had = this.#handlers.has(type);
      if (typeof value !== 'function') {
        this.#handlers.delete(type);
        if (had) this.removeEventListener(type, this.#onEvent);
        return;
      }
      this.#handlers.set(type, value as Handler);
      if (!had) this.addEventListener(type, this.#onEvent);
    }

    readonly #onEvent = (event: Event): unknown =>
      Reflect.apply(this.#handlers.get(event.type)!, this, [event]);
  }

  for (const holder of [FileReader, FileReader.prototype]) {
    for (const [name, value] of Object.entries(states)) {
      defineProperty(holder, name, { value, enumerable: true });
    }
  }
  Object.defineProperty(FileReader.prototype.readAsText, 'length', { value: 1 });
  return FileReader;
}
