interface ProblemRow {
  readonly status: number;
  /** The general meaning, for people. The `detail` of a response says what it was this time. */
  readonly title: string;
}

/** Every problem (RFC 9457) that a request may be answered with: `code`, status, title. */
export const problemTable = {
  malformed_request: { status: 400, title: 'The request could not be read.' },
  unauthorized: { status: 401, title: 'No key, or a key that is not in force.' },
  foreign_origin: { status: 403, title: 'Without a key, only this machine may ask.' },
  scope_missing: { status: 403, title: 'The key lacks the scope for this call.' },
  tenant_denied: { status: 403, title: 'The key may not name this tenant.' },
  policy_denied: { status: 403, title: 'The key may not use this policy.' },
  not_found: { status: 404, title: 'There is nothing here.' },
  method_not_allowed: { status: 405, title: 'The path does not take this method; see Allow.' },
  request_timeout: { status: 408, title: 'The request took too long to arrive.' },
  run_ended: { status: 409, title: 'The run has ended already.' },
  idempotency_in_flight: { status: 409, title: 'The first request of this key is unanswered.' },
  payload_too_large: { status: 413, title: 'The body is larger than this service takes.' },
  source_too_large: { status: 413, title: 'The source is larger than sourceBytes.' },
  params_too_large: { status: 413, title: 'The parameters are larger than paramsBytes.' },
  unsupported_media_type: { status: 415, title: 'The body must be uncompressed JSON in UTF-8.' },
  invalid_request: { status: 422, title: 'A field of the request is wrong.' },
  limit_above_ceiling: { status: 422, title: 'A limit is above the ceiling of the policy.' },
  not_supported: { status: 422, title: 'The policy does not offer what was asked for.' },
  module_denied: { status: 422, title: 'The script imports a module that is not allowed.' },
  network_denied: { status: 422, title: 'The policy does not allow this host.' },
  idempotency_mismatch: { status: 422, title: 'The key came with another request before.' },
  rate_limited: { status: 429, title: 'Too many requests.' },
  shut_out: { status: 429, title: 'Too many requests in spite of refusals.' },
  too_many_in_flight: { status: 429, title: 'Too many requests at a time.' },
  tenant_quota: { status: 429, title: 'The tenant has too many runs waiting.' },
  headers_too_large: { status: 431, title: 'The header is larger than this service takes.' },
  internal: { status: 500, title: 'A fault of the service.' },
  overloaded: { status: 503, title: 'The service has too much to do.' },
  queue_full: { status: 503, title: 'The queue is full.' },
  draining: { status: 503, title: 'The service is stopping.' },
  storage_full: { status: 503, title: 'The disk of the service is full.' },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof problemTable;
