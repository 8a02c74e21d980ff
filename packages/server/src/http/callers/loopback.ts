import { shown } from '@castellan/protocol/kinds';
import type { IncomingMessage } from 'node:http';
import { ProblemError } from '../problems/problem.ts';
import { plainAddress } from './addresses.ts';

/** Whether connections to a host name or address, without port, never leave this machine. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  return bare === '::1' || /^127(?:\.\d{1,3}){3}$/.test(bare) || /^(?:.+\.)?localhost$/i.test(bare);
}

/**
 * While no keys exist, only programs on this machine may send requests. A web page in a browser on
 * this machine can reach loopback too: by a host name of its own that resolves to 127.0.0.1 (then
 * `Host` is foreign), or by ours (then `Origin` or `Sec-Fetch-Site` shows it). Throws
 * `foreign_origin`.
 */
export function refuseForeign({ headers, socket }: IncomingMessage): void {
  const peer = plainAddress(socket.remoteAddress);
  if (peer !== undefined && !isLoopback(peer)) refuse('comes from', peer);
  const { host = '', origin, 'sec-fetch-site': site } = headers;
  if (!isLoopback(host.replace(/:\d*$/, ''))) refuse('has the Host', host);
  if (origin !== undefined && origin !== `http://${host}`) refuse('has the Origin', origin);
  if (site !== undefined && site !== 'same-origin' && site !== 'none') {
    refuse('has the Sec-Fetch-Site', String(site));
  }
}

function refuse(what: string, value: string): never {
  throw new ProblemError(
    'foreign_origin',
    `The request ${what} ${shown(value)}. Without any key the service answers this machine only; make one with "castellan keys create".`,
    { fix: 'castellan keys create' },
  );
}
