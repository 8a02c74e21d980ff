import { uncurry } from './uncurry.ts';

/** Reads the primitive of a wrapper object; throws for any other. */
interface Wrapper {
  readonly prototype: object;
  readonly value: (self: object) => unknown;
}

function wrapperOf(prototype: { valueOf(): unknown }): Wrapper {
  return { prototype, value: uncurry(prototype.valueOf) };
}

const wrappers = {
  number: wrapperOf(Number.prototype),
  string: wrapperOf(String.prototype),
  boolean: wrapperOf(Boolean.prototype),
  bigint: wrapperOf(BigInt.prototype),
  symbol: wrapperOf(Symbol.prototype),
};

const isPrototypeOf = uncurry(Object.prototype.isPrototypeOf) as (
  prototype: object,
  value: object,
) => boolean;
const { getPrototypeOf } = Reflect;
const numberOf = Number;
const textOf = String;
const plain = Object.prototype;
const plainArray = Array.prototype;

/** The primitive of a wrapper object, as JSON.stringify takes it; anything else as it is. */
export function unwrapped(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const prototype = getPrototypeOf(value);
  if (prototype === plain || prototype === plainArray || prototype === null) return value;
  if (holds(wrappers.number, value)) return numberOf(value);
  if (holds(wrappers.string, value)) return textOf(value);
  if (holds(wrappers.boolean, value)) return wrappers.boolean.value(value);
  if (holds(wrappers.bigint, value)) return wrappers.bigint.value(value);
  return holds(wrappers.symbol, value) ? wrappers.symbol.value(value) : value;
}

function holds({ prototype, value: read }: Wrapper, value: object): boolean {
  if (!isPrototypeOf(prototype, value)) return false;
  try {
    read(value);
    return true;
  } catch {
    return false;
  }
}
