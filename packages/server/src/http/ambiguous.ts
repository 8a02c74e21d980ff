import { shown } from '@castellan/protocol/kinds';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from './problems/problem.ts';

/**
 * Headers that proxies and Node resolve differently when they are repeated: Node takes the first or
 * joins all.
 */
const single: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type', 'origin']);

/**
 * Refuses a request that two parsers could read differently: a repeated header that decides who
 * asks for what, or an absolute URL with another host than `Host`. Throws `malformed_request`.
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
