/** One reason why a request has no whole answer. */
interface NetworkCodeRow {
  readonly sentence: string;
  /** The error of Chromium that a page's request fails with. */
  readonly chromium: string;
}

/**
 * Why an outbound request has no answer, or not a whole one. What the policy refuses looks the same
 * to a page whatever the rule; a name with a forbidden address looks like one that does not exist,
 * so that a page cannot search a private network for names.
 */
export const networkCodes = {
  not_allowed: {
    sentence: 'The policy does not allow it.',
    chromium: 'ERR_BLOCKED_BY_ADMINISTRATOR',
  },
  address_not_allowed: {
    sentence: 'The name leads to an address that the policy does not allow.',
    chromium: 'ERR_NAME_NOT_RESOLVED',
  },
  too_many_requests: {
    sentence: 'The run has made as many requests as networkRequests allows.',
    chromium: 'ERR_BLOCKED_BY_ADMINISTRATOR',
  },
  too_many_bytes: {
    sentence: 'The run has sent and received as much as networkBytes allows.',
    chromium: 'ERR_BLOCKED_BY_ADMINISTRATOR',
  },
  name_not_resolved: {
    sentence: 'The name has no address, or no name server answered.',
    chromium: 'ERR_NAME_NOT_RESOLVED',
  },
  connection_refused: {
    sentence: 'Nothing listens on that port.',
    chromium: 'ERR_CONNECTION_REFUSED',
  },
  address_unreachable: {
    sentence: 'No way leads to the address.',
    chromium: 'ERR_ADDRESS_UNREACHABLE',
  },
  timed_out: { sentence: 'It took longer than a time-out allows.', chromium: 'ERR_TIMED_OUT' },
  connection_reset: {
    sentence: 'The server reset the connection.',
    chromium: 'ERR_CONNECTION_RESET',
  },
  connection_closed: {
    sentence: 'The server closed the connection before the end of its answer.',
    chromium: 'ERR_EMPTY_RESPONSE',
  },
  tls_failed: {
    sentence: 'TLS failed, as with a bad certificate.',
    chromium: 'ERR_SSL_PROTOCOL_ERROR',
  },
  invalid_response: {
    sentence: 'The answer is not valid HTTP.',
    chromium: 'ERR_INVALID_HTTP_RESPONSE',
  },
  failed: { sentence: 'Something else; `reason` says what.', chromium: 'ERR_FAILED' },
} as const satisfies Readonly<Record<string, NetworkCodeRow>>;
/** Why an outbound request has no answer, or not a whole one. */
export type NetworkCode = keyof typeof networkCodes;
