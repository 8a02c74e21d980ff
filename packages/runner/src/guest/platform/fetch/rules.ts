/** The Fetch standard's lists of what scripts must not send. */

/**
 * Forbidden request headers: those that describe the connection, and those by which a server
 * tells a browser from a script. `Cookie`, `Date`, `Origin`, `Referer` and `Via`, which the
 * standard forbids to protect a person's session, are allowed: there is none to protect here.
 */
const forbidden = new Set([
  'accept-charset',
  'accept-encoding',
  'access-control-request-headers',
  'access-control-request-method',
  'access-control-request-private-network',
  'connection',
  'content-length',
  'cookie2',
  'dnt',
  'expect',
  'host',
  'keep-alive',
  'set-cookie',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

const methodOverrides = new Set(['x-http-method', 'x-http-method-override', 'x-method-override']);

export function isForbiddenHeader(name: string, value: string): boolean {
  const lower = name.toLowerCase();
  if (forbidden.has(lower) || lower.startsWith('proxy-') || lower.startsWith('sec-')) return true;
  if (!methodOverrides.has(lower)) return false;
  return value.split(',').some((part) => isForbiddenMethod(part.trim()));
}

export function isForbiddenMethod(method: string): boolean {
  return /^(?:connect|trace|track)$/i.test(method);
}

/** Methods that are normalized to upper case. */
export function normalizeMethod(method: string): string {
  return /^(?:delete|get|head|options|post|put)$/i.test(method) ? method.toUpperCase() : method;
}

export function isNullBodyStatus(status: number): boolean {
  return [101, 103, 204, 205, 304].includes(status);
}

export function isRedirectStatus(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** Ports of other protocols, which no fetch may reach. */
const badPorts = new Set([
  0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102,
  103, 104, 109, 110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465,
  512, 513, 514, 515, 526, 530, 531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993,
  995, 1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668,
  6669, 6679, 6697, 10_080,
]);

/** Whether the `port` of an http(s) URL is blocked. */
export function isBadPort(port: string): boolean {
  return port !== '' && badPorts.has(Number(port));
}
