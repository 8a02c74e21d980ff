import { DOMException } from './dom-exception.ts';

/** A part of a clone that exists only when the whole value has been read: what is transferred, and views on it. */
export class Late {
  readonly #make: () => unknown;
  #made: unknown;

  constructor(make: () => unknown) {
    this.#make = make;
  }

  get made(): unknown {
    return (this.#made ??= this.#make());
  }
}

/** A part of a clone, when the whole value has been read. */
export const built = (part: unknown): unknown => (part instanceof Late ? part.made : part);

/** Throws the `DataCloneError` for a value that cannot be cloned. */
export function refuse(message: string): never {
  throw new DOMException(message, 'DataCloneError');
}
