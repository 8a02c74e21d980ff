import type { IncomingMessage } from 'node:http';
import type { RequestHead } from '@castellan/protocol/frames';
import { ProblemError } from '../problems/problem.ts';
import { connectionHeaders } from './connection-headers.ts';
import type { Target } from './target.ts';

/** What is known of a request beside its own words. */
export interface Known {
  readonly target: Target;
  readonly address: string;
  /** Whether the peer is a proxy of the operator's, whose word is taken for the protocol. */
  readonly isFromProxy: boolean;
  /** Whether `Authorization` is a key of the service's, which no script may see. */
  readonly hasKey: boolean;
}

/** Headers in which a client could claim what only the service knows. */
const claimed = /^(?:x-forwarded-|x-castellan-|forwarded$|x-real-ip$|castellan-)/;

/** The request as a function gets it. Throws a problem for one that has no URL. */
export function requestHead(request: IncomingMessage, known: Known): RequestHead {
  const { method = 'GET', headersDistinct } = request;
  const { target, address, isFromProxy, hasKey } = known;
  const dropped = connectionHeaders(request.headers.connection);
  const isShared = target.prefix !== '';
  const isKept = (name: string): boolean =>
    !dropped.has(name) &&
    !claimed.test(name) &&
    !(hasKey && name === 'authorization') &&
    // Cookies know no ports and no paths: these are of others on this host.
    !(isShared && name === 'cookie');
  const headers = Object.entries(headersDistinct).flatMap(([name, values = []]) =>
    isKept(name) ? values.map((value) => [name, value] as const) : [],
  );
  const protocol =
    isFromProxy && request.headers['x-forwarded-proto'] === 'https' ? 'https' : 'http';
  const url = URL.parse(`${protocol}://${target.host}${target.path}`);
  if (url === null) throw new ProblemError('malformed_request', 'The request has no readable URL.');
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return {
    method,
    url: url.href,
    headers: [
      ...headers,
      ['x-forwarded-for', address],
      ['x-forwarded-proto', protocol],
      ...(isShared ? [['x-forwarded-prefix', target.prefix] as const] : []),
    ],
    hasBody: coding !== undefined || (length !== undefined && length !== '0'),
  };
}
