/**
 * Stands in for tr46 inside the URL parser. The mapping tables (220 KB of source) are evaluated
 * when the first domain needs them, so they cost nothing in the startup snapshot.
 */

import { stringIncludes } from './natives.ts';

interface Options {
  readonly verifyDNSLength: boolean;
  readonly useSTD3ASCIIRules: boolean;
  readonly checkHyphens: boolean;
}

// The bundler turns the call into a function that evaluates the library once.
declare function require(name: 'tr46'): typeof import('tr46');

const ascii = /^[\x00-\x7f]*$/;

/** The URL standard's "domain to ASCII"; null when the domain is invalid. */
export function toASCII(domain: string, options: Options): string | null {
  const strict = options.verifyDNSLength || options.useSTD3ASCIIRules || options.checkHyphens;
  if (!strict && ascii.test(domain)) {
    const lower = domain.toLowerCase();
    // For ASCII without "xn--" labels, the standard allows lower-casing instead.
    if (!stringIncludes(`.${lower}`, '.xn--')) return lower;
  }
  return require('tr46').toASCII(domain, options);
}
