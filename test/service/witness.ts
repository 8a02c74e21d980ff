import { appendFileSync } from 'node:fs';

/**
 * A helper for the policy of the tests. It runs in the launcher, and writes down each start of user
 * code where no fault of the service can change it: one line
 * `<run's nonce> <attempt's token> <milliseconds since 1970>`.
 */
export function mark(file: string): (nonce: string, token: string) => void {
  return (nonce, token) => {
    appendFileSync(file, `${nonce} ${token} ${Date.now()}\n`);
  };
}
