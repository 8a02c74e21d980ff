import { DOMException } from '../dom-exception.ts';
import { showMembers } from '../format.ts';
import type { Realm } from '../realm.ts';
import { type Interfaces, requireArguments, toDictionary, toSequence } from '../webidl.ts';
import type { MessageEventClass } from './events.ts';

/** A message in flight: cloned already, with its transferred ports. */
interface Message {
  readonly data: unknown;
  readonly ports: readonly unknown[];
}

/** One end of a channel; a transferred port passes it to the port that replaces it. */
interface End {
  other: End | null;
  owner: object | null;
  readonly queue: Message[];
  isStarted: boolean;
  isScheduled: boolean;
}

export interface Ports extends Interfaces<'MessageChannel' | 'MessagePort'> {
  isPort(value: unknown): boolean;
}

type Handler = (this: unknown, event: Event) => unknown;

/** Creates `MessageChannel` and `MessagePort`; both ends are always in this global scope. */
export function createPorts(realm: Realm, messageEvent: () => MessageEventClass): Ports {
  const token = Symbol('construct');
  const { EventTarget, startOwn, structuredClone } = realm;
  let isPort: (value: unknown) => value is MessagePort;

  class MessagePort extends EventTarget {
    #end: End | null;
    #handlers: Record<'message' | 'messageerror', Handler | null> = {
      message: null,
      messageerror: null,
    };

    static {
      isPort = (value): value is MessagePort =>
        typeof value === 'object' && value !== null && #handlers in value;
      realm.clonable(this.prototype, {
        transfer(value) {
          if (!isPort(value)) return undefined;
          const end = value.#end;
          if (end === null) throw new DOMException('The port is detached', 'DataCloneError');
          return () => {
            value.#end = null;
            end.isStarted = false;
            return new MessagePort(token, end);
          };
        },
      });
    }

    constructor(...given: unknown[]) {
      if (given[0] !== token) throw new TypeError('Illegal constructor');
      super();
      this.#end = given[1] as End;
      this.#end.owner = this;
    }

    postMessage(message: unknown, options?: unknown): void {
      const end = this.#end;
      requireArguments('postMessage', arguments.length, 1);
      const transfer = transferOf(options);
      if (transfer.includes(this)) {
        throw new DOMException('A port cannot be sent through itself', 'DataCloneError');
      }
      const given = transfer.filter((item) => isPort(item));
      const [data, ...ports] = structuredClone([message, ...given], { transfer }) as unknown[];
      const target = end?.other;
      if (target === null || target === undefined) return;
      target.queue.push({ data, ports: Object.freeze(ports) });
      schedule(target);
    }

    start(): void {
      const end = this.#end;
      if (end === null) return;
      end.isStarted = true;
      schedule(end);
    }

    close(): void {
      const end = this.#end;
      this.#end = null;
      if (end === null) return;
      if (end.other !== null) end.other.other = null;
      end.other = null;
    }

    get onmessage(): Handler | null {
      return this.#handlers.message;
    }
    set onmessage(handler: unknown) {
      this.#listen('message', handler);
      this.start();
    }

    get onmessageerror(): Handler | null {
      return this.#handlers.messageerror;
    }
    set onmessageerror(handler: unknown) {
      this.#listen('messageerror', handler);
    }

    #listen(type: 'message' | 'messageerror', handler: unknown): void {
      const had = this.#handlers[type] !== null;
      const isCallable = typeof handler === 'function' || typeof handler === 'object';
      this.#handlers[type] = isCallable ? (handler as Handler | null) : null;
      if (!had) this.addEventListener(type, this.#onEvent);
      if (this.#handlers[type] === null) {
        this.removeEventListener(type, this.#onEvent);
      }
    }

    readonly #onEvent = (event: Event): void => {
      const handler = this.#handlers[event.type as 'message'];
      if (typeof handler === 'function') Reflect.apply(handler, this, [event]);
    };
  }

  const schedule = (end: End): void => {
    if (end.isScheduled || !end.isStarted || end.queue.length === 0) return;
    end.isScheduled = true;
    startOwn(() => deliver(end), 0, 'message');
  };
  /** Delivers one message, in a task of its own. */
  const deliver = (end: End): void => {
    end.isScheduled = false;
    const { owner } = end;
    if (!end.isStarted || owner === null) return;
    const message = end.queue.shift();
    if (message === undefined) return;
    schedule(end);
    (owner as EventTarget).dispatchEvent(new (messageEvent())('message', message));
  };

  class MessageChannel {
    readonly #port1: MessagePort;
    readonly #port2: MessagePort;

    constructor() {
      const [one, two] = [newEnd(), newEnd()];
      one.other = two;
      two.other = one;
      this.#port1 = new MessagePort(token, one);
      this.#port2 = new MessagePort(token, two);
    }

    get port1(): MessagePort {
      return this.#port1;
    }
    get port2(): MessagePort {
      return this.#port2;
    }
  }

  Object.defineProperty(MessagePort, 'length', { value: 0 });
  Object.defineProperty(MessagePort.prototype.postMessage, 'length', { value: 1 });
  showMembers(MessagePort, () => ({}));
  showMembers(MessageChannel, ({ port1, port2 }) => ({ port1, port2 }));
  return { MessageChannel, MessagePort, isPort: isPort! };
}

function newEnd(): End {
  return { other: null, owner: null, queue: [], isStarted: false, isScheduled: false };
}

/** `postMessage(message, transfer)` and `postMessage(message, { transfer })`. */
function transferOf(options: unknown): unknown[] {
  if (options === undefined || options === null) return [];
  if (typeof (options as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function') {
    return toSequence(options, 'postMessage: the list of what is transferred');
  }
  const { transfer } = toDictionary(options, 'postMessage: the options');
  return transfer === undefined ? [] : toSequence(transfer, 'postMessage: transfer');
}
