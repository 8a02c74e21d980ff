import type { IncomingMessage } from 'node:http';
import { functionForm } from '../../functions/record.ts';
import { ProblemError } from '../problems/problem.ts';

/** The function that a request is for, and the request as the function sees it. */
export interface Target {
  readonly tenant: string;
  readonly name: string;
  /** Path and query, from the function's own root. */
  readonly path: string;
  /** What was taken off the path; empty for a function with a host of its own. */
  readonly prefix: string;
  /** Host, with its port, as the client wrote it. */
  readonly host: string;
}

/** `tenant/name` by host. */
export type Hosts = Readonly<Record<string, string>>;

const pathForm = /^(\/f\/([^/?#]+)\/([^/?#]+))(?=[/?#]|$)(.*)$/s;
const hostForm = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Reads which function a request is for: by its host where that is a function's, else by its path. Only `Host`
 * decides, of which there is one. Throws a problem.
 */
export function targetOf({ url = '', headers }: IncomingMessage, hosts: Hosts): Target {
  const { host = '' } = headers;
  if (!hostForm.test(host)) {
    throw new ProblemError('malformed_request', 'The header host is no name of a host.');
  }
  if (!url.startsWith('/')) {
    throw new ProblemError('malformed_request', 'The target of the request must be a path.');
  }
  const own = hostOf(host);
  if (Object.hasOwn(hosts, own)) {
    const [tenant = '', name = ''] = hosts[own]?.split('/') ?? [];
    return { tenant, name, path: url, prefix: '', host };
  }
  const [, prefix = '', tenant = '', name = '', rest = ''] = pathForm.exec(url) ?? [];
  if (!functionForm.test(tenant) || !functionForm.test(name)) throw nothing();
  return { tenant, name, path: rest.startsWith('/') ? rest : `/${rest}`, prefix, host };
}

/** The name of a host without its port and the dot of the root. */
function hostOf(host: string): string {
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/** The one answer for what is not there, and for what is another tenant's. */
export function nothing(): ProblemError {
  return new ProblemError('not_found', 'There is nothing here.');
}
