const prototypes = [Number, String, Boolean, BigInt, Symbol].map(
  ({ prototype }) => prototype as { valueOf(): unknown },
);
const values = prototypes.map(({ valueOf }) => valueOf);

/** Whether an object holds a primitive: `Object(1)`. */
export function isBoxedPrimitive(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return values.some((valueOf) => {
    try {
      Reflect.apply(valueOf, value, []);
      return true;
    } catch {
      return false;
    }
  });
}
