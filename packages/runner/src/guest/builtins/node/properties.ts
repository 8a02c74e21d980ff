/** The bits of V8's filter of properties. */
export const filters = { ALL_PROPERTIES: 0, ONLY_ENUMERABLE: 2, SKIP_SYMBOLS: 16 };

/** Keys that are no indices: of an array or of what is like one. */
export function getOwnNonIndexProperties(value: object, filter: number): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) => {
    if (typeof key === 'symbol') {
      if ((filter & filters.SKIP_SYMBOLS) !== 0) return false;
    } else if (String(Number(key) >>> 0) === key && key !== '4294967295') return false;
    const isAny = (filter & filters.ONLY_ENUMERABLE) === 0;
    return isAny || Object.prototype.propertyIsEnumerable.call(value, key);
  });
}
