/** Stands in for the parser of the URL library, which makes an array and a rope of each character. */
import * as small from 'whatwg-url/lib/url-state-machine.js';
import {
  isC0ControlPercentEncode,
  isFragmentPercentEncode,
  isQueryPercentEncode,
  isSpecialQueryPercentEncode,
} from 'whatwg-url/lib/percent-encoding.js';
import { utf8PercentEncodeString } from './percent-encoding.ts';
import { largeLength } from '../conversion.ts';

export * from 'whatwg-url/lib/url-state-machine.js';

const special = new Set(['ftp', 'file', 'http', 'https', 'ws', 'wss']);

/**
 * Query, fragment and opaque path do not change what is before them, so of a large URL the library
 * parses what is before them alone.
 */
export function basicURLParse(given: string, options: small.Options = {}): small.Url | null {
  const isWhole = options.url === undefined && options.stateOverride === undefined;
  if (given.length < largeLength || !isWhole) return small.basicURLParse(given, options);
  const [head, query, fragment] = parted(trimmed(given));
  if (head === '') return small.basicURLParse(given, options);
  const url = parseHead(head, options, query !== null || fragment !== null);
  if (url === null) return null;
  if (query !== null) {
    const set = special.has(url.scheme) ? isSpecialQueryPercentEncode : isQueryPercentEncode;
    url.query = utf8PercentEncodeString(query, set);
  }
  if (fragment !== null) url.fragment = utf8PercentEncodeString(fragment, isFragmentPercentEncode);
  return url;
}

function parseHead(head: string, options: small.Options, isFollowed: boolean): small.Url | null {
  const [start, scheme = ''] = /^([a-z][a-z0-9+.-]*):(?!\/)/i.exec(head) ?? [];
  if (start === undefined || special.has(scheme.toLowerCase())) {
    return small.basicURLParse(head, options);
  }
  const url = small.basicURLParse(`${start}x`, options);
  if (url === null) return null;
  // The last space before a query or a fragment is escaped, so that it is not lost without them.
  const isSpaced = isFollowed && head.endsWith(' ');
  const path = isSpaced ? head.slice(start.length, -1) : head.slice(start.length);
  url.path = utf8PercentEncodeString(path, isC0ControlPercentEncode) + (isSpaced ? '%20' : '');
  return url;
}

function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 0x20) start++;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end--;
  return text.slice(start, end).replaceAll(/[\t\n\r]/g, '');
}

function parted(text: string): [head: string, query: string | null, fragment: string | null] {
  const hash = text.indexOf('#');
  const before = hash < 0 ? text : text.slice(0, hash);
  const mark = before.indexOf('?');
  return [
    mark < 0 ? before : before.slice(0, mark),
    mark < 0 ? null : before.slice(mark + 1),
    hash < 0 ? null : text.slice(hash + 1),
  ];
}
