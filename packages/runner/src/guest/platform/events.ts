import { showMembers } from './format.ts';
import { defineHidden, defineProperty, getOwnPropertyDescriptor } from './natives.ts';

export interface EventInit {
  readonly bubbles?: boolean;
  readonly cancelable?: boolean;
  readonly composed?: boolean;
}

/** What a dispatch changes in an event. */
export interface EventState {
  type: string;
  bubbles: boolean;
  cancelable: boolean;
  readonly composed: boolean;
  readonly timeStamp: number;
  target: object | null;
  currentTarget: object | null;
  phase: number;
  isCanceled: boolean;
  isDispatched: boolean;
  /** True for events of the platform, until a script dispatches them. */
  isTrusted: boolean;
  inPassiveListener: boolean;
  stopsPropagation: boolean;
  stopsAtOnce: boolean;
}

export const phases = { NONE: 0, CAPTURING_PHASE: 1, AT_TARGET: 2, BUBBLING_PHASE: 3 } as const;

export type EventClass = new (type: string, init?: EventInit | null) => Event;

/** The event classes of one global scope, and access to an event's state. */
export interface Events {
  readonly Event: EventClass;
  readonly CustomEvent: EventClass;
  readonly ErrorEvent: EventClass;
  /** Throws a TypeError for anything but an event. */
  stateOf(event: Event): EventState;
}

/** Creates the DOM standard's event classes; `now` returns `timeStamp` in milliseconds. */
export function createEvents(now: () => number): Events {
  let stateOf: (event: globalThis.Event) => EventState;

  class Event {
    readonly #state: EventState;

    static {
      stateOf = (event) => (event as unknown as Event).#state;
    }

    constructor(type: string, init: EventInit | null = {}) {
      if (arguments.length === 0) throw new TypeError('The "type" argument must be specified');
      this.#state = {
        type: `${type}`,
        bubbles: !!init?.bubbles,
        cancelable: !!init?.cancelable,
        composed: !!init?.composed,
        timeStamp: now(),
        target: null,
        currentTarget: null,
        phase: phases.NONE,
        isCanceled: false,
        isDispatched: false,
        isTrusted: false,
        inPassiveListener: false,
        stopsPropagation: false,
        stopsAtOnce: false,
      };
      // [LegacyUnforgeable]: a member of each event.
      defineProperty(this, 'isTrusted', isTrusted);
    }

    get type(): string {
      return this.#state.type;
    }
    get target(): object | null {
      return this.#state.target;
    }
    get srcElement(): object | null {
      return this.#state.target;
    }
    get currentTarget(): object | null {
      return this.#state.currentTarget;
    }
    get eventPhase(): number {
      return this.#state.phase;
    }
    get bubbles(): boolean {
      return this.#state.bubbles;
    }
    get cancelable(): boolean {
      return this.#state.cancelable;
    }
    get composed(): boolean {
      return this.#state.composed;
    }
    get defaultPrevented(): boolean {
      return this.#state.isCanceled;
    }
    get timeStamp(): number {
      return this.#state.timeStamp;
    }
    get cancelBubble(): boolean {
      return this.#state.stopsPropagation;
    }
    set cancelBubble(value: boolean) {
      if (value) this.#state.stopsPropagation = true;
    }
    get returnValue(): boolean {
      return !this.#state.isCanceled;
    }
    set returnValue(value: boolean) {
      if (!value) this.preventDefault();
    }

    composedPath(): object[] {
      const { currentTarget } = this.#state;
      return currentTarget === null ? [] : [currentTarget];
    }
    preventDefault(): void {
      const state = this.#state;
      if (state.cancelable && !state.inPassiveListener) state.isCanceled = true;
    }
    stopPropagation(): void {
      this.#state.stopsPropagation = true;
    }
    stopImmediatePropagation(): void {
      this.#state.stopsPropagation = true;
      this.#state.stopsAtOnce = true;
    }
    initEvent(type: string, bubbles = false, cancelable = false): void {
      const state = this.#state;
      if (state.isDispatched) return;
      state.type = `${type}`;
      state.bubbles = !!bubbles;
      state.cancelable = !!cancelable;
      state.isCanceled = false;
      state.target = null;
    }
  }

  const { get } = getOwnPropertyDescriptor(
    {
      get isTrusted(): boolean {
        return stateOf(this as unknown as globalThis.Event).isTrusted;
      },
    },
    'isTrusted',
  )!;
  const isTrusted = { get: get!, enumerable: true, configurable: false } as const;

  class CustomEvent extends Event {
    readonly #detail: unknown;

    constructor(type: string, init: (EventInit & { readonly detail?: unknown }) | null = {}) {
      super(type, init);
      this.#detail = init?.detail ?? null;
    }

    get detail(): unknown {
      return this.#detail;
    }
  }

  class ErrorEvent extends Event {
    readonly #init: ErrorEventInit;

    constructor(type: string, init: (EventInit & ErrorEventInit) | null = {}) {
      super(type, init);
      this.#init = { ...init };
    }

    get message(): string {
      return `${this.#init.message ?? ''}`;
    }
    get filename(): string {
      return `${this.#init.filename ?? ''}`;
    }
    get lineno(): number {
      return Number(this.#init.lineno ?? 0) >>> 0;
    }
    get colno(): number {
      return Number(this.#init.colno ?? 0) >>> 0;
    }
    get error(): unknown {
      return this.#init.error;
    }
  }

  for (const holder of [Event, Event.prototype]) {
    for (const [name, value] of Object.entries(phases)) {
      Object.defineProperty(holder, name, { value, enumerable: true });
    }
  }
  for (const ctor of [Event, CustomEvent, ErrorEvent]) defineHidden(ctor, 'length', 1);
  showMembers(Event, ({ type, defaultPrevented, cancelable, timeStamp }) => ({
    type,
    defaultPrevented,
    cancelable,
    timeStamp,
  }));

  const classes: unknown = { Event, CustomEvent, ErrorEvent, stateOf: stateOf! };
  return classes as Events;
}

interface ErrorEventInit {
  readonly message?: string;
  readonly filename?: string;
  readonly lineno?: number;
  readonly colno?: number;
  readonly error?: unknown;
}
