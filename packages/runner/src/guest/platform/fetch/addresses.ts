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
  const href = ofLocation(realm, 'href');
  const base = href === undefined ? undefined : `${href as string}`;
  try {
    return new (realm.url().URL)(address, base);
  } catch (cause) {
    throw new TypeError(`Failed to parse URL from ${address}`, { cause });
  }
}

/** Parses a referrer; one of another origin counts as none. */
export function parseReferrer(realm: Realm, referrer: string): string {
  if (referrer === '') return '';
  const url = parseUrl(realm, referrer);
  if (url.protocol === 'about:' && url.pathname === 'client') return 'about:client';
  return url.origin === ofLocation(realm, 'origin') ? url.href : 'about:client';
}

/** A property of the script's `location`; of one without `origin`, that of its `href`. */
function ofLocation(realm: Realm, key: 'href' | 'origin'): unknown {
  const location = realm.location() as
    | Partial<Record<'href' | 'origin', unknown>>
    | null
    | undefined;
  if (location === undefined || location === null) return undefined;
  if (key === 'href' || location.origin !== undefined) return location[key];
  return location.href === undefined ? undefined : parseUrl(realm, '').origin;
}
