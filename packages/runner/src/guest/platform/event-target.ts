import { phases } from './events.ts';
import type { Events } from './events.ts';
import { DOMException } from './dom-exception.ts';
import { showMembers } from './format.ts';
import { spelled } from './spelled.ts';
import { apply } from './natives.ts';

type ListenerFunction = (this: unknown, event: Event) => unknown;
type Callback = ListenerFunction | { readonly handleEvent?: ListenerFunction };

interface Signal {
  readonly aborted: boolean;
  addEventListener(type: string, callback: Callback, options?: ListenerOptions): void;
}
export interface ListenerOptions {
  readonly capture?: boolean;
  readonly once?: boolean;
  readonly passive?: boolean;
  readonly signal?: Signal;
}

interface Listener {
  readonly callback: Callback;
  readonly capture: boolean;
  readonly once: boolean;
  readonly passive: boolean;
  isRemoved: boolean;
}

/**
 * Creates the DOM standard's EventTarget. There is no tree here: a dispatch reaches one target.
 * What a listener throws goes to `report` and does not stop the others.
 */
export function createEventTarget(
  { Event, stateOf }: Events,
  report: (error: unknown) => void,
): { readonly EventTarget: EventTargetClass; scopeTarget(global: object): ScopeTarget } {
  let showAs: (target: EventTarget, face: object) => void;
  let hasListeners: (target: EventTarget, type: string) => boolean;

  const { EventTarget } = spelled(() => ({
    EventTarget: class {
      // Replaced and never changed, so that a dispatch iterates over the listeners that it found.
      #listeners = new Map<string, readonly Listener[]>();
      /** What events have as their `target`. */
      #face: object = this;

      static {
        showAs = (target, face) => {
          target.#face = face;
        };
        hasListeners = (target, type) => target.#listeners.has(type);
      }

      addEventListener(
        type: string,
        callback: Callback | null,
        options: ListenerOptions | boolean = false,
      ) {
        requireArguments('addEventListener', arguments.length);
        assertCallback(callback);
        // All members are read even for an invalid listener, as scripts detect by that which ones exist.
        const bag =
          typeof options === 'object' && options !== null ? options : { capture: !!options };
        const { capture: givenCapture, once, passive, signal } = bag;
        assertSignal(signal);
        if (callback === null || callback === undefined || signal?.aborted === true) return;
        const name = `${type}`;
        const capture = !!givenCapture;
        const found = this.#listeners.get(name) ?? [];
        if (
          found.some((listener) => listener.callback === callback && listener.capture === capture)
        ) {
          return;
        }
        const listener = { callback, capture, once: !!once, passive: !!passive, isRemoved: false };
        this.#listeners.set(name, [...found, listener]);
        signal?.addEventListener('abort', () => this.#remove(name, listener), { once: true });
      }

      removeEventListener(
        type: string,
        callback: Callback | null,
        options: ListenerOptions | boolean = false,
      ) {
        requireArguments('removeEventListener', arguments.length);
        const name = `${type}`;
        const capture =
          typeof options === 'object' && options !== null ? !!options.capture : !!options;
        const listener = this.#listeners
          .get(name)
          ?.find((candidate) => candidate.callback === callback && candidate.capture === capture);
        if (listener !== undefined) this.#remove(name, listener);
      }

      dispatchEvent(event: Event): boolean {
        if (!(event instanceof Event)) throw new TypeError('The "event" argument must be an Event');
        const state = stateOf(event);
        if (state.isDispatched) {
          throw new DOMException('The event is already being dispatched', 'InvalidStateError');
        }
        // Only a script can dispatch an event a second time.
        if (state.target !== null) state.isTrusted = false;
        state.isDispatched = true;
        state.target = this.#face;
        state.currentTarget = this.#face;
        state.phase = phases.AT_TARGET;
        const found = this.#listeners.get(state.type) ?? [];
        for (const capture of [true, false]) {
          if (state.stopsPropagation) break;
          for (const listener of found) {
            if (listener.capture !== capture || listener.isRemoved) continue;
            if (state.stopsAtOnce) break;
            if (listener.once) this.#remove(state.type, listener);
            state.inPassiveListener = listener.passive;
            this.#call(listener.callback, event);
            state.inPassiveListener = false;
          }
        }
        state.phase = phases.NONE;
        state.currentTarget = null;
        state.isDispatched = false;
        state.stopsPropagation = false;
        state.stopsAtOnce = false;
        return !state.isCanceled;
      }

      #call(callback: Callback, event: Event): void {
        try {
          if (typeof callback === 'function') {
            apply(callback, this.#face, [event]);
            return;
          }
          const { handleEvent } = callback;
          if (typeof handleEvent !== 'function')
            throw new TypeError('handleEvent is not a function');
          apply(handleEvent, callback, [event]);
        } catch (error) {
          report(error);
        }
      }

      #remove(type: string, listener: Listener): void {
        listener.isRemoved = true;
        const left = this.#listeners.get(type)?.filter((candidate) => candidate !== listener) ?? [];
        if (left.length === 0) this.#listeners.delete(type);
        else this.#listeners.set(type, left);
      }
    },
  }));
  type EventTarget = InstanceType<typeof EventTarget>;

  showMembers(EventTarget, () => ({}));
  return {
    EventTarget: EventTarget as unknown as EventTargetClass,
    scopeTarget(global) {
      const target = new EventTarget();
      showAs(target, global);
      const { addEventListener, dispatchEvent, removeEventListener } = EventTarget.prototype;
      // Called without `this`, the functions mean the global scope.
      const ofScope = (self: unknown): unknown =>
        self === undefined || self === null || self === global ? target : self;
      const functions = {
        addEventListener(this: unknown, _type: unknown, _callback: unknown) {
          apply(addEventListener, ofScope(this), arguments);
        },
        removeEventListener(this: unknown, _type: unknown, _callback: unknown) {
          apply(removeEventListener, ofScope(this), arguments);
        },
        dispatchEvent(this: unknown, _event: unknown): boolean {
          return apply(dispatchEvent, ofScope(this), arguments) as boolean;
        },
      };
      return {
        functions,
        target: target as unknown as globalThis.EventTarget,
        hasListeners: (type) => hasListeners(target, type),
      };
    },
  };
}

/** The global scope as an event target. */
export interface ScopeTarget {
  readonly functions: Readonly<Record<string, (...values: never[]) => unknown>>;
  readonly target: globalThis.EventTarget;
  hasListeners(type: string): boolean;
}

export type EventTargetClass = new () => EventTarget;

function requireArguments(name: string, count: number): void {
  if (count < 2) throw new TypeError(`${name}: 2 arguments required, but only ${count} present.`);
}

function assertSignal(signal: unknown): void {
  if (signal === undefined) return;
  if (typeof signal === 'object' && signal !== null && 'aborted' in signal) return;
  throw new TypeError('The "signal" option must be an AbortSignal');
}

function assertCallback(callback: unknown): void {
  const isNone = callback === undefined || callback === null;
  if (isNone || typeof callback === 'function' || typeof callback === 'object') return;
  throw new TypeError('The "listener" argument must be a function or an object with handleEvent');
}
