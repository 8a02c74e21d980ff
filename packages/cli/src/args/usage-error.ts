/** Bad usage, exit code 2. The message says what was wrong, with the offending value, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What to throw when `given` is none of the `known` words of its kind. */
export function unknownWord(
  kind: 'command' | 'option' | 'engine' | 'isolation',
  given: string,
  known: readonly string[],
): UsageError {
  return new UsageError(`Unknown ${kind} ${JSON.stringify(given)}. Known: ${known.join(', ')}.`);
}
