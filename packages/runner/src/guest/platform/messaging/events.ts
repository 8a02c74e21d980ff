import type { Realm } from '../realm.ts';
import {
  type Interfaces,
  requireArguments,
  toDictionary,
  toSequence,
  toUsvString,
} from '../webidl.ts';

export type MessageEventClass = new (type: string, init?: object) => Event;

/** Creates `MessageEvent` and `PromiseRejectionEvent`. */
export function createMessageEvents(
  { events, EventTarget }: Realm,
  isPort: (value: unknown) => boolean,
): { readonly MessageEvent: MessageEventClass } & Interfaces<'PromiseRejectionEvent'> {
  const { Event } = events;

  class MessageEvent extends Event {
    #data: unknown = null;
    #origin = '';
    #lastEventId = '';
    #source: object | null = null;
    #ports: readonly unknown[] = Object.freeze([]);

    constructor(type: unknown, init: unknown = {}) {
      requireArguments('MessageEvent', arguments.length, 1);
      const bag = toDictionary(init, 'MessageEvent: the options');
      super(type as string, bag);
      const { data, lastEventId, origin, ports, source } = bag;
      if (data !== undefined) this.#data = data;
      if (lastEventId !== undefined) this.#lastEventId = `${lastEventId as string}`;
      if (origin !== undefined) this.#origin = toUsvString(origin);
      if (ports !== undefined) this.#ports = portsOf(ports);
      if (source !== undefined) this.#source = sourceOf(source);
    }

    get data(): unknown {
      return this.#data;
    }
    get origin(): string {
      return this.#origin;
    }
    get lastEventId(): string {
      return this.#lastEventId;
    }
    get source(): object | null {
      return this.#source;
    }
    get ports(): readonly unknown[] {
      return this.#ports;
    }

    initMessageEvent(
      type: unknown,
      bubbles: unknown = false,
      cancelable: unknown = false,
      data: unknown = null,
      origin: unknown = '',
      lastEventId: unknown = '',
      source: unknown = null,
      ports: unknown = [],
    ): void {
      void this.#data;
      requireArguments('initMessageEvent', arguments.length, 1);
      if (events.stateOf(this).isDispatched) return;
      this.initEvent(`${type as string}`, !!bubbles, !!cancelable);
      this.#data = data;
      this.#origin = toUsvString(origin);
      this.#lastEventId = `${lastEventId as string}`;
      this.#source = sourceOf(source);
      this.#ports = portsOf(ports);
    }
  }

  const portsOf = (value: unknown): readonly unknown[] => {
    const ports = toSequence(value, 'MessageEvent: the ports');
    if (!ports.every(isPort)) throw new TypeError('MessageEvent: every port must be a MessagePort');
    return Object.freeze(ports);
  };
  const sourceOf = (value: unknown): object | null => {
    if (value === null || value === undefined) return null;
    if (value instanceof EventTarget) return value;
    throw new TypeError('MessageEvent: the source must be a MessagePort');
  };

  class PromiseRejectionEvent extends Event {
    readonly #promise: object;
    readonly #reason: unknown;

    constructor(type: unknown, init: unknown) {
      requireArguments('PromiseRejectionEvent', arguments.length, 2);
      const bag = toDictionary(init, 'PromiseRejectionEvent: the options');
      super(type as string, bag);
      const { promise, reason } = bag;
      if (typeof promise !== 'object' || promise === null) {
        throw new TypeError('PromiseRejectionEvent: the promise is missing');
      }
      this.#promise = promise;
      this.#reason = reason;
    }

    get promise(): object {
      return this.#promise;
    }
    get reason(): unknown {
      return this.#reason;
    }
  }

  Object.defineProperty(MessageEvent, 'length', { value: 1 });
  Object.defineProperty(MessageEvent.prototype.initMessageEvent, 'length', { value: 1 });
  Object.defineProperty(PromiseRejectionEvent, 'length', { value: 2 });
  return { MessageEvent, PromiseRejectionEvent };
}
