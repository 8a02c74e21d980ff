import type { Node } from './clone-node.ts';
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

/** An error keeps its kind, message, stack and cause; other members are dropped, as in V8. */
export function errorNode(
  error: Error,
  remember: (node: Node) => void,
  serialize: (part: unknown) => Node,
  build: (node: Node) => unknown,
): Node {
  const name: unknown = error.name;
  const constructor = constructors[typeof name === 'string' ? name : 'Error'] ?? Error;
  const message = textOf(error, 'message');
  const stack: unknown = error.stack;
  const cause = getOwnPropertyDescriptor(error, 'cause');
  let causeNode: Node | undefined;
  const node: Node = {
    make: () => new constructor(),
    fill(target) {
      defineHidden(target, 'stack', typeof stack === 'string' ? stack : '');
      if (message !== undefined) defineHidden(target, 'message', message);
      if (causeNode !== undefined) defineHidden(target, 'cause', build(causeNode));
    },
  };
  // A cause may lead back to the error itself.
  remember(node);
  if (cause !== undefined) causeNode = serialize(cause.value);
  return node;
}

/** A DOMException keeps its name, message and stack. */
export function domExceptionNode(error: DOMException): Node {
  const { message, name, stack } = error;
  return {
    make() {
      const copy = isQuotaExceededError(error)
        ? new QuotaExceededError(message, amounts(error))
        : new DOMException(message, name);
      if (typeof stack === 'string') defineHidden(copy, 'stack', stack);
      return copy;
    },
  };
}

function amounts({ quota, requested }: QuotaExceededError): object {
  return { quota: quota ?? undefined, requested: requested ?? undefined };
}

function textOf(error: object, key: string): string | undefined {
  const value: unknown = getOwnPropertyDescriptor(error, key)?.value;
  return value === undefined ? undefined : `${value as string}`;
}
