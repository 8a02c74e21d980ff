/** Stands in for the parser of forms of the URL library, which goes through bytes. */
import * as small from 'whatwg-url/lib/urlencoded.js';
import { largeLength } from '../conversion.ts';

export * from 'whatwg-url/lib/urlencoded.js';

type Pair = [name: string, value: string];

export function parseUrlencodedString(text: string): Pair[] {
  if (text.length < largeLength) return small.parseUrlencodedString(text);
  const pairs: Pair[] = [];
  for (const sequence of text.split('&')) {
    if (sequence === '') continue;
    const equal = sequence.indexOf('=');
    const name = decoded(equal < 0 ? sequence : sequence.slice(0, equal));
    const value = equal < 0 ? '' : decoded(sequence.slice(equal + 1));
    if (name !== undefined && value !== undefined) pairs.push([name, value]);
    else pairs.push(...small.parseUrlencodedString(sequence));
  }
  return pairs;
}

/** Undefined for a text whose escapes are no UTF-8. */
function decoded(text: string): string | undefined {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return undefined;
  }
}
