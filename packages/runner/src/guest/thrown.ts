import type { Failure } from '../entry/failures.ts';
import { defineHidden, defineProperty, getOwnPropertyDescriptor } from './platform/natives.ts';

/** The `name` of what leaves the isolate in place of what a module threw. */
export const failedName = 'castellan:failed';

/** Thrown in place of what a module of the script threw, which stays in the isolate. */
class Failed {
  readonly name = failedName;
  readonly message = '';
  readonly #unit: string;

  constructor(unit: string) {
    this.#unit = unit;
  }

  static unitOf(value: unknown): string | undefined {
    return typeof value === 'object' && value !== null && #unit in value ? value.#unit : undefined;
  }
}

/**
 * What modules that failed threw. Nothing in JavaScript catches what an ES module throws, and
 * isolated-vm hands out copies of errors. But each module holds a resource: when the module throws,
 * V8 disposes of it, that throws too, and V8 puts both into a `SuppressedError`. Where isolated-vm
 * copies that one, it reads its `name`: a getter sees the error then, and takes the value out of it.
 */
export class Thrown {
  /** V8 puts the class into no snapshot: it is there when a run's context is made. */
  readonly #prototype: object =
    typeof SuppressedError === 'function' ? (SuppressedError.prototype as object) : {};
  #isWatching = false;
  readonly #values: Record<string, { readonly value: unknown }> = { __proto__: null } as never;

  /** What a module threw, if it is known. `unit` is a file or the name of a package. */
  of(unit: string): { readonly value: unknown } | undefined {
    return this.#values[unit];
  }

  /** Keeps what a module threw, and returns what is to be thrown in its place. */
  keep(unit: string, value: unknown): object {
    this.#values[unit] ??= { value };
    return new Failed(unit);
  }

  /** The same for a value that only V8 has yet. */
  await(unit: string): object {
    this.#watch();
    return new Failed(unit);
  }

  /** All copies have been made: the getter goes. */
  unwatch(): void {
    if (!this.#isWatching) return;
    this.#isWatching = false;
    defineHidden(this.#prototype, 'name', plainName);
  }

  #watch(): void {
    this.#isWatching = true;
    const take = (error: unknown): string => this.#take(error);
    defineProperty(this.#prototype, 'name', {
      __proto__: null,
      configurable: true,
      enumerable: false,
      get() {
        return take(this);
      },
      set(value: unknown) {
        defineHidden(this, 'name', value);
      },
    } as PropertyDescriptor);
  }

  /** The name of a `SuppressedError`; takes the value out of one that the end of a module made. */
  #take(error: unknown): string {
    if (typeof error !== 'object' || error === null) return plainName;
    const unit = Failed.unitOf(getOwnPropertyDescriptor(error, 'error')?.value);
    if (unit === undefined) return plainName;
    this.keep(unit, getOwnPropertyDescriptor(error, 'suppressed')?.value);
    return failedName;
  }
}

const plainName = 'SuppressedError';

/** An error for a description of one. */
export function errorOf({ name, message, stack }: Failure): Error {
  const error = new Error(message);
  defineHidden(error, 'name', name);
  defineHidden(error, 'stack', stack);
  return error;
}
