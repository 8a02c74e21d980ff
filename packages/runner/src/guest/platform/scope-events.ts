import type { ScopeTarget } from './event-target.ts';
import type { Events } from './events.ts';
import type { Exposure } from './expose.ts';
import { apply, defineProperty } from './natives.ts';

interface ErrorMembers extends Event {
  readonly message?: string;
  readonly filename?: string;
  readonly lineno?: number;
  readonly colno?: number;
  readonly error?: unknown;
}

type Handler = (...values: unknown[]) => unknown;

const handled = ['error', 'unhandledrejection', 'rejectionhandled'] as const;

/**
 * Makes the global scope an event target: the three functions, and the attributes for handlers.
 * Returns a function that reports an error as HTML does: by an `error` event, and by `otherwise`
 * when no listener cancelled it.
 */
export function defineScopeEvents(
  global: typeof globalThis,
  { ErrorEvent }: Events,
  { functions, hasListeners, target }: ScopeTarget,
  expose: Exposure,
  otherwise: (error: unknown) => void,
): (error: unknown) => void {
  expose.operations(functions);
  for (const type of handled) {
    const name = `on${type}`;
    let handler: Handler | null = null;
    const onEvent = (event: ErrorMembers): void => {
      if (handler === null) return;
      const { message, filename, lineno, colno, error } = event;
      const isError = type === 'error';
      const values = isError ? [message, filename, lineno, colno, error] : [event];
      const result: unknown = apply(handler, global, values);
      if (isError ? result === true : result === false) event.preventDefault();
    };
    const accessor = {
      get [name](): Handler | null {
        return handler;
      },
      set [name](value: unknown) {
        const had = handler !== null;
        handler = typeof value === 'function' ? (value as Handler) : null;
        if (!had && handler !== null) target.addEventListener(type, onEvent);
        if (had && handler === null) target.removeEventListener(type, onEvent);
      },
    };
    const { get, set } = Reflect.getOwnPropertyDescriptor(accessor, name)!;
    expose.mask(get!);
    expose.mask(set!);
    defineProperty(global, name, { get: get!, set: set!, configurable: true, enumerable: false });
  }

  let isReporting = false;
  return (error) => {
    if (isReporting || !hasListeners('error')) return otherwise(error);
    isReporting = true;
    try {
      const message = messageOf(error);
      const init: object = { cancelable: true, message, error };
      const event = new ErrorEvent('error', init);
      if (target.dispatchEvent(event)) otherwise(error);
    } finally {
      isReporting = false;
    }
  };
}

function messageOf(error: unknown): string {
  try {
    return `Uncaught ${error as string}`;
  } catch {
    return 'Uncaught exception';
  }
}
