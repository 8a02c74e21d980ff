import { DOMException } from './dom-exception.ts';

/** A serialized value: an object still to be made, then filled, so that cycles close. */
export interface Node {
  /** The value, once it exists. */
  made?: unknown;
  readonly make?: () => unknown;
  readonly fill?: (target: object) => void;
}

/** The node of a primitive. */
export function made(value: unknown): Node {
  return { made: value };
}

/** Throws the `DataCloneError` for a value that cannot be cloned. */
export function refuse(message: string): never {
  throw new DOMException(message, 'DataCloneError');
}
