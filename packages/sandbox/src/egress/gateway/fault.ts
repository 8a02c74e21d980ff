import type { NetworkCode } from '@castellan/protocol';
import { Refused } from '../rules/refused.ts';

/** A failure of a network whose code is known where it happens. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: NetworkCode;

  constructor(code: NetworkCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Codes of the system, of undici and of its parser, and what they say about a request. */
const codes: readonly (readonly [pattern: RegExp, code: NetworkCode])[] = [
  [/^ECONNREFUSED$/, 'connection_refused'],
  [/^(?:ECONNRESET|EPIPE)$/, 'connection_reset'],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EHOSTDOWN|ENETDOWN|EADDRNOTAVAIL)$/, 'address_unreachable'],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY|CONNECT)_TIMEOUT)$/, 'timed_out'],
  [/^UND_ERR_SOCKET$/, 'connection_closed'],
  [
    /^(?:HPE_|HTTPParserError|UND_ERR_HEADERS_OVERFLOW|UND_ERR_RES|Z_|ERR_BROTLI|ERR_.*ZSTD)/i,
    'invalid_response',
  ],
];

/** Why a request has failed. */
export function codeOf(error: unknown): NetworkCode {
  if (error instanceof Refused || error instanceof Fault) return error.code;
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  // undici's errors of its parser have not always a code.
  const word = String(code ?? name);
  const found = codes.find(([pattern]) => pattern.test(word));
  return found?.[1] ?? 'failed';
}
