/** Control characters, and those that reverse the direction of text. */
const unprintable = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** User and password of a URL: what they are is nobody's business who reads the message. */
const credentials = /(\w:\/\/)[^\s/@"]+@/g;

/**
 * Formats a value for a message: as JSON if possible, on one line, truncated, with no raw control
 * characters and without the credentials of URLs.
 */
export function shown(value: unknown, longest = 80): string {
  const text = textOf(value)
    .replaceAll(credentials, '$1…@')
    .replaceAll(
      unprintable,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
  return text.length <= longest ? text : `${text.slice(0, longest)}… (${text.length} characters)`;
}

function textOf(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol' || typeof value === 'bigint') return value.toString();
  // JSON would turn NaN and Infinity into null.
  if (typeof value === 'number') return `${value}`;
  try {
    return JSON.stringify(value) ?? 'undefined';
  } catch {
    // It contains a cycle or a BigInt, or a getter throws.
    return kindOfThing(value);
  }
}

function kindOfThing(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    // Every operation on a revoked proxy throws.
    return `[${typeof value}]`;
  }
}
