/** Control characters, and those that turn the direction of a line around. */
const unprintable = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A value as a message shows it: JSON where there is any, on one line, cut short, nothing raw. */
export function shown(value: unknown, longest = 80): string {
  const text = textOf(value).replaceAll(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return value.toString();
  // JSON would make null of NaN and Infinity.
  if (typeof value === 'number') return `${value}`;
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    // A cycle or a BigInt inside, or a getter that throws.
    return kindOfThing(value);
  }
}

function kindOfThing(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    // A revoked proxy says nothing at all.
    return `[${typeof value}]`;
  }
}
