/** `util.types`: a port, and what Node tells exactly where the port asks for names. */
import types from 'util/support/types.js';
import { isRegExp } from '../node/internals.ts';

type Test = (value: unknown) => boolean;

/** Whether an object is what this method reads. */
const readBy =
  (method: () => unknown): Test =>
  (value) => {
    if (typeof value !== 'object') return false;
    try {
      Reflect.apply(method, value, []);
      return true;
    } catch {
      return false;
    }
  };

const boxes: Readonly<Record<string, Test>> = {
  isNumberObject: readBy(Number.prototype.valueOf),
  isStringObject: readBy(String.prototype.valueOf),
  isBooleanObject: readBy(Boolean.prototype.valueOf),
  isBigIntObject: readBy(BigInt.prototype.valueOf),
  isSymbolObject: readBy(Symbol.prototype.valueOf),
};

export const kinds: Readonly<Record<string, Test>> = {
  ...types,
  ...boxes,
  isBoxedPrimitive: (value) => Object.values(boxes).some((isBox) => isBox(value)),
  isDate: readBy(Date.prototype.getTime),
  isRegExp,
  isNativeError: (value) => value instanceof Error,
};
