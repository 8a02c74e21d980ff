import { isIP } from 'node:net';
import { defaultPort, isRefusedPort } from './ports.ts';
import { Refused, shown } from './refused.ts';

/** One entry of a host list, normalized by the URL parser. */
export interface HostPattern {
  /** `any` matches every host; `suffix` every name that ends with `.` and the host. */
  readonly kind: 'any' | 'exact' | 'suffix';
  readonly host: string;
  readonly port: number | null;
}

/** The target of a request, normalized by the URL parser, without brackets. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

const form = /^(\*|(?:\*\.)?[^*/?#@\\%\s:[\]]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;

/** Parses one entry. Throws `Refused` with what is wrong. */
export function readHostPattern(text: unknown): HostPattern {
  if (typeof text !== 'string') throw new Refused(`a host must be a string, not ${typeof text}`);
  const [, written, portText] = form.exec(text) ?? [];
  if (written === undefined) {
    throw new Refused(
      `${shown(text)} is no host: write host, host:port, *.suffix, *.suffix:port or *, without scheme and path`,
    );
  }
  const port = portText === undefined ? null : Number(portText);
  if (port !== null && (port > 65_535 || isRefusedPort(port))) {
    throw new Refused(`${shown(text)}: port ${port} is never reached`);
  }
  if (written === '*') return { kind: 'any', host: '', port };
  const isSuffix = written.startsWith('*.');
  const host = canonicalHost(isSuffix ? written.slice(2) : written);
  if (host === undefined || (isSuffix && isIP(host) !== 0)) {
    throw new Refused(`${shown(text)} holds no valid host name`);
  }
  return { kind: isSuffix ? 'suffix' : 'exact', host, port };
}

/** A pattern without a port matches the default port of the scheme; with `anyPort`, every port. */
export function fits(pattern: HostPattern, place: Place, anyPort = false): boolean {
  const wanted = pattern.port ?? (anyPort ? place.port : defaultPort(place.isSecure));
  if (place.port !== wanted) return false;
  if (pattern.kind === 'any') return true;
  if (pattern.kind === 'exact') return place.host === pattern.host;
  return isIP(place.host) === 0 && place.host.endsWith(`.${pattern.host}`);
}

/** The host as in a parsed URL, without brackets and trailing dot; `undefined` when it is invalid. */
function canonicalHost(text: string): string | undefined {
  const url = URL.parse(`http://${text}/`);
  return url === null ? undefined : bareHost(url.hostname);
}

/**
 * Removes brackets and one trailing dot of a URL's `hostname`. `undefined` for names with an empty
 * label.
 */
export function bareHost(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  const host = hostname.endsWith('.') ? hostname.slice(0, -1) : hostname;
  const labels = host.split('.');
  const isName = host.length <= 253 && labels.every(({ length }) => length > 0 && length <= 63);
  return isName ? host : undefined;
}
