/** Bad usage, exit code 2. The message says what was wrong, with the offending value, and what to do. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
