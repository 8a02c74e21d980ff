import { Refused, shown } from './refused.ts';

export type Headers = readonly (readonly [name: string, value: string])[];

const token = /^[!#$%&'*+.^_`|~\da-z-]+$/i;
/** Bytes without control characters other than tab: no line ends, no NUL, nothing beyond Latin-1. */
const value = /^[\t\x20-\x7e\x80-\xff]*$/;

const headerBytes = 32_768;

/**
 * Headers that are dropped from every request: those of one connection, those that the gateway sets
 * itself, and those that serve only to forge an origin or to query a metadata service.
 */
const dropped: readonly RegExp[] = [
  /^(?:connection|keep-alive|te|trailer|transfer-encoding|upgrade|http2-settings)$/,
  /^(?:host|content-length|accept-encoding|expect|via|forwarded)$/,
  /^proxy-/,
  /^x-forwarded-/,
  /^(?:metadata|metadata-flavor|x-google-metadata-request|x-metadata-token)$/,
  /^x-aws-ec2-metadata-token/,
];

/**
 * The headers of a script that are sent; a client that decodes bodies itself has a say in their coding.
 * Throws `Refused` for an invalid name or value.
 */
export function checkHeaders(headers: Headers, decodesItself = false): Headers {
  let bytes = 0;
  for (const [name, text] of headers) {
    if (!isHeaderName(name)) throw new Refused(`${shown(name)} is no header name`);
    if (!isHeaderValue(text)) throw new Refused(`header ${name} has a value that cannot be sent`);
    bytes += name.length + text.length + 4;
  }
  if (bytes > headerBytes) throw new Refused(`the headers are longer than ${headerBytes} bytes`);
  return headers.filter(
    ([name]) => !isDropped(name) || (decodesItself && name.toLowerCase() === 'accept-encoding'),
  );
}

/** Whether a header of that name is never sent as the script wrote it. */
export function isDropped(name: string): boolean {
  const lower = name.toLowerCase();
  return dropped.some((pattern) => pattern.test(lower));
}

/** Whether text is a valid header name. */
export function isHeaderName(text: string): boolean {
  return token.test(text);
}

/** Whether text is a valid header value. */
export function isHeaderValue(text: string): boolean {
  return value.test(text);
}

const refusedMethods: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);
const normalMethods: ReadonlySet<string> = new Set([
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'POST',
  'PUT',
  'PATCH',
]);

/** The method as it is sent. Throws `Refused`. */
export function checkMethod(method: string, hasBody: boolean): string {
  const upper = method.toUpperCase();
  if (method.length > 32 || !token.test(method)) throw new Refused(`${shown(method)} is no method`);
  if (refusedMethods.has(upper)) throw new Refused(`method ${upper}`);
  if (hasBody && (upper === 'GET' || upper === 'HEAD'))
    throw new Refused(`a body with method ${upper}`);
  return normalMethods.has(upper) ? upper : method;
}

/** The value of the first header with that name, given in lower case. */
export function headerOf(headers: Headers, name: string): string | undefined {
  return headers.find(([candidate]) => candidate.toLowerCase() === name)?.[1];
}

/** Pairs from the raw header lists of Node and undici, in which names and values alternate. */
export function headerPairs(raw: readonly string[]): Headers {
  const found: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    found.push([raw[index] ?? '', raw[index + 1] ?? '']);
  }
  return found;
}
