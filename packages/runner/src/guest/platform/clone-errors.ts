import { DOMException } from './dom-exception.ts';
import { isQuotaExceededError, QuotaExceededError } from './quota-exceeded-error.ts';
import { create, defineHidden, getOwnPropertyDescriptor } from './natives.ts';

const constructors = create(null) as Record<string, ErrorConstructor>;
for (const constructor of [
  Error,
  EvalError,
  RangeError,
  ReferenceError,
  SyntaxError,
  TypeError,
  URIError,
]) {
  constructors[constructor.name] = constructor;
}

/** An error keeps its kind, message, stack and cause, of which the last is left to the caller; others are dropped, as in V8. */
export function copyOfError(error: Error): {
  readonly copy: object;
  readonly cause: PropertyDescriptor | undefined;
} {
  const name: unknown = error.name;
  const constructor = constructors[typeof name === 'string' ? name : 'Error'] ?? Error;
  const message = textOf(error, 'message');
  const stack: unknown = error.stack;
  const copy = new constructor();
  defineHidden(copy, 'stack', typeof stack === 'string' ? stack : '');
  if (message !== undefined) defineHidden(copy, 'message', message);
  return { copy, cause: getOwnPropertyDescriptor(error, 'cause') };
}

/** A DOMException keeps its name, message and stack. */
export function copyOfDomException(error: DOMException): object {
  const { message, name, stack } = error;
  const copy = isQuotaExceededError(error)
    ? new QuotaExceededError(message, amounts(error))
    : new DOMException(message, name);
  if (typeof stack === 'string') defineHidden(copy, 'stack', stack);
  return copy;
}

function amounts({ quota, requested }: QuotaExceededError): object {
  return { quota: quota ?? undefined, requested: requested ?? undefined };
}

function textOf(error: object, key: string): string | undefined {
  const value: unknown = getOwnPropertyDescriptor(error, key)?.value;
  return value === undefined ? undefined : `${value as string}`;
}
