/** Node's comparison of values, for `assert` and `util`. */
import { isBoxedPrimitive } from './boxed.ts';
import { compareBytes } from './compare.ts';
import * as internals from './internals.ts';
import { filters, getOwnNonIndexProperties } from './properties.ts';

type Test = (value: unknown) => boolean;

export interface Comparisons {
  isDeepEqual(a: unknown, b: unknown): boolean;
  isDeepStrictEqual(a: unknown, b: unknown, skipPrototype?: boolean): boolean;
  isPartialStrictEqual(a: unknown, b: unknown): boolean;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer, byteOffset, byteLength);
const compare = (a: ArrayBufferView, b: ArrayBufferView): number =>
  compareBytes(bytesOf(a), bytesOf(b));

/** `types`: those of `util`. */
export function comparisonsOf(types: Readonly<Record<string, Test>>): Comparisons {
  const no = (): boolean => false;
  return nodeComparisons({
    internals: { ...internals, compare, constants: filters, getOwnNonIndexProperties },
    modules: {
      // Only asked whether a constructor is well known; others are compared by their prototypes.
      buffer: { Buffer: Uint8Array },
      'internal/url': { isURL: (value: unknown) => value instanceof URL },
      'internal/util/types': {
        isFloat16Array: no,
        ...types,
        isBoxedPrimitive,
        isCryptoKey: no,
        isKeyObject: no,
      },
    },
  }) as Comparisons;
}
