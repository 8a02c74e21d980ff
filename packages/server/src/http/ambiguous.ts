import { shown } from '@castellan/protocol/kinds';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problems/problem.ts';

/** Headers of which Node takes the first or joins all, and a proxy in front may take another. */
const single: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'origin']);

/**
 * Refuses a request of which two readers could see two: a header that decides who asks for what
 * and comes twice, or a whole URL with another host than `Host`. Throws `malformed_request`.
 */
export function refuseAmbiguous({ rawHeaders, headers, url = '' }: IncomingMessage): void {
  const names = rawHeaders.filter((_, at) => at % 2 === 0).map((name) => name.toLowerCase());
  for (const name of single) {
    const times = names.filter((each) => each === name).length;
    if (times > 1) {
      throw new ProblemError(
        'malformed_request',
        `The header ${name} came ${times} times. Send it once.`,
      );
    }
  }
  const whole = url.startsWith('/') ? null : URL.parse(url);
  if (whole === null || whole.host === headers.host) return;
  throw new ProblemError(
    'malformed_request',
    `The URL names the host ${shown(whole.host)}, and Host is ${shown(headers.host)}.`,
  );
}
