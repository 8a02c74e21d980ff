import { isIP } from 'node:net';
import { HostError, type HostPattern, readHost } from '@castellan/protocol/hosts';
import { defaultPort } from './ports.ts';
import { Refused } from './refused.ts';

export type { HostPattern };

/** The target of a request, normalized by the URL parser, without brackets. */
export interface Place {
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
}

/** Parses one entry. Throws `Refused` with what is wrong. */
export function readHostPattern(text: unknown): HostPattern {
  try {
    return readHost(text);
  } catch (error) {
    throw error instanceof HostError ? new Refused(error.message) : error;
  }
}

/** A pattern without a port matches the default port of the scheme; with `anyPort`, every port. */
export function fits(pattern: HostPattern, place: Place, anyPort = false): boolean {
  const wanted = pattern.port ?? (anyPort ? place.port : defaultPort(place.isSecure));
  if (place.port !== wanted) return false;
  if (pattern.kind === 'any') return true;
  if (pattern.kind === 'exact') return place.host === pattern.host;
  return isIP(place.host) === 0 && place.host.endsWith(`.${pattern.host}`);
}
