import { bareHost, isRefusedPort } from '@castellan/protocol/hosts';
import type { Place } from './hosts.ts';
import { defaultPort } from './ports.ts';
import { Refused, shown } from './refused.ts';

/** A URL that was parsed once. All later code uses these parts and never parses it again. */
export interface Target extends Place {
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
  /** For the log and for `Response.url`: without user name, password and fragment. */
  readonly url: string;
}

const urlLength = 16_384;

/** Parses the URL of a request or of a redirect. Throws `Refused`. */
export function readTarget(text: string, base?: string): Target {
  if (text.length > urlLength) throw new Refused(`the URL is longer than ${urlLength} characters`);
  const url = URL.parse(text, base);
  if (url === null) throw new Refused(`${shown(text)} is no URL`);
  const isSecure = url.protocol === 'https:';
  if (!isSecure && url.protocol !== 'http:') throw new Refused(`scheme ${shown(url.protocol)}`);
  if (url.username !== '' || url.password !== '')
    throw new Refused('a user name or password in the URL');
  const host = bareHost(url.hostname);
  if (host === undefined) throw new Refused(`${shown(url.hostname)} is no valid host name`);
  const port = url.port === '' ? defaultPort(isSecure) : Number(url.port);
  if (isRefusedPort(port)) throw new Refused(`port ${port} is never reached`);
  if (!url.hostname.startsWith('[')) url.hostname = host;
  url.hash = '';
  return {
    host,
    port,
    isSecure,
    origin: url.origin,
    path: url.pathname + url.search,
    url: url.href,
  };
}

/** `host:port`, with brackets around IPv6. */
export function placeOf({ host, port }: Place): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** A URL for the log even when it cannot be parsed, without what looks like a password. */
export function loggedUrl(text: string): string {
  const url = text.length > urlLength ? null : URL.parse(text);
  if (url === null) return shown(text.replace(/\/\/[^/?#]*@/, '//'), 200);
  url.username = '';
  url.password = '';
  url.hash = '';
  return url.href;
}
