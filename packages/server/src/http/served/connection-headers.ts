/** Headers that are about one connection (RFC 9110, 7.6.1) and never passed on. */
const always = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
];

/** Those of a message, with what its `Connection` names besides. */
export function connectionHeaders(connection: string | undefined): ReadonlySet<string> {
  const named = (connection ?? '').split(',').map((name) => name.trim().toLowerCase());
  return new Set([...always, ...named]);
}
