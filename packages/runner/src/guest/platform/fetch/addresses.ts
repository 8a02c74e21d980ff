import type { Realm } from '../realm.ts';

/** The URL of a request; throws a TypeError if it is invalid or has credentials. */
export function parseAddress(realm: Realm, address: string): URL {
  const url = parseUrl(realm, address);
  if (url.username !== '' || url.password !== '') {
    throw new TypeError(`A request's URL must not hold credentials: ${address}`);
  }
  return url;
}

/** Parses a URL; relative ones have a base only if the script defines a `location`. */
export function parseUrl(realm: Realm, address: string): URL {
  const { location } = globalThis as { location?: { href?: unknown } };
  const base = typeof location?.href === 'string' ? location.href : undefined;
  try {
    return new (realm.url().URL)(address, base);
  } catch {
    throw new TypeError(`Failed to parse URL from ${address}`);
  }
}

/** Parses a referrer; one of another origin counts as none. */
export function parseReferrer(realm: Realm, referrer: string): string {
  if (referrer === '') return '';
  const url = parseUrl(realm, referrer);
  if (url.protocol === 'about:' && url.pathname === 'client') return 'about:client';
  const { location } = globalThis as { location?: { origin?: unknown } };
  return location !== undefined && url.origin === location.origin ? url.href : 'about:client';
}
