interface ProblemRow {
  readonly status: number;
  /** The general meaning, for people. The `detail` of a response says what it was this time. */
  readonly title: string;
  /** What to do about it. Code is between backticks. */
  readonly cure: string;
}

/** Every problem (RFC 9457) that a request may be answered with: `code`, status, title. */
export const problemTable = {
  malformed_request: {
    status: 400,
    title: 'The request could not be read.',
    cure: 'Send one well-formed HTTP request: valid JSON, one Host, one Authorization, no header twice that decides who asks.',
  },
  unauthorized: {
    status: 401,
    title: 'No key, or a key that is not in force.',
    cure: 'Send `Authorization: Bearer ck_…` with a key in force. `castellan keys list` shows which are, `castellan keys create` makes one. A run token works on the events and artifacts of its own run, for an hour.',
  },
  foreign_origin: {
    status: 403,
    title: 'Without a key, only this machine may ask.',
    cure: 'Make a key with `castellan keys create` and send it, or ask from a program on the same machine. A page of another site may ask when `cors.origins` names it and it has a key.',
  },
  scope_missing: {
    status: 403,
    title: 'The key lacks the scope for this call.',
    cure: 'Use a key with the scope that `detail` names: `castellan keys create --scope runs:read`.',
  },
  tenant_denied: {
    status: 403,
    title: 'The key may not name this tenant.',
    cure: 'Leave `tenant` out, or use a key that was made with `--any-tenant`.',
  },
  policy_denied: {
    status: 403,
    title: 'The key may not use this policy.',
    cure: 'Name one of the policies in `allowed`, or make a key with `--policy NAME`.',
  },
  grant_denied: {
    status: 403,
    title: 'A key gives and revokes nothing beyond itself.',
    cure: 'Ask with a key that has what `detail` names, or run `castellan keys create` or `castellan keys revoke` on the machine of the service.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing here.',
    cure: 'Check the path and the id. What belongs to another tenant is answered like what never was, and runs, logs and artifacts are removed when they are old.',
  },
  method_not_allowed: {
    status: 405,
    title: 'The path does not take this method; see Allow.',
    cure: 'Use a method of the header `Allow`.',
  },
  request_timeout: {
    status: 408,
    title: 'The request took too long to arrive.',
    cure: 'Send the header within 10 s and the body within 30 s.',
  },
  run_not_ended: {
    status: 409,
    title: 'The run has not ended.',
    cure: 'Wait for its end, as `GET /v1/runs/{id}` tells it, and ask again.',
  },
  run_ended: {
    status: 409,
    title: 'The run has ended already.',
    cure: 'Nothing: the run has ended, and `GET /v1/runs/{id}` says how.',
  },
  idempotency_in_flight: {
    status: 409,
    title: 'The first request of this key is unanswered.',
    cure: 'Wait as `Retry-After` says, and send the same request with the same key again.',
  },
  payload_too_large: {
    status: 413,
    title: 'The body is larger than this service takes.',
    cure: 'Send less, or announce the length of a body over 256 KiB with `Content-Length`.',
  },
  source_too_large: {
    status: 413,
    title: 'The source is larger than sourceBytes.',
    cure: "Send a smaller script, or have the policy's limit or ceiling of `sourceBytes` raised.",
  },
  params_too_large: {
    status: 413,
    title: 'The parameters or the standard input are larger than paramsBytes.',
    cure: "Send less, or have the policy's limit or ceiling of `paramsBytes` raised.",
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body must be uncompressed JSON in UTF-8.',
    cure: 'Send `Content-Type: application/json` and no `Content-Encoding`.',
  },
  invalid_request: {
    status: 422,
    title: 'A field of the request is wrong.',
    cure: 'Mend the fields that `errors` points at; `allowed` has the words that are accepted.',
  },
  limit_above_ceiling: {
    status: 422,
    title: 'A limit is above the ceiling of the policy.',
    cure: 'Ask for at most the ceiling, which `GET /v1/policies` shows, or have it raised.',
  },
  not_supported: {
    status: 422,
    title: 'The policy does not offer what was asked for.',
    cure: 'Leave it out, or name a policy that offers it; `GET /v1/policies` shows what each offers.',
  },
  module_denied: {
    status: 422,
    title: 'The script imports a module that is not allowed.',
    cure: "Import what `allowed` names, or have the policy's `modules` name it.",
  },
  script_refused: {
    status: 422,
    title: 'The script cannot be run as it is.',
    cure: 'Mend what `errors` points at; `file`, `line` and `column` are those of the first.',
  },
  network_denied: {
    status: 422,
    title: 'The policy does not allow this host.',
    cure: 'Narrow the request to hosts of the policy, or have its `network.allow` name this one.',
  },
  worker_version: {
    status: 409,
    title: 'The worker is of another version than the service.',
    cure: 'Install the version that `detail` names where the worker runs. It ends the runs that it has, and takes no more.',
  },
  lease_lost: {
    status: 409,
    title: 'The run is not in the hands of this worker, under this token.',
    cure: 'Kill the run and forget it: it has ended, was put back, or is with another.',
  },
  event_out_of_order: {
    status: 409,
    title: 'An event is missing before this one.',
    cure: 'Tell the events again from the one that `detail` names.',
  },
  artifact_missing: {
    status: 409,
    title: 'The bytes of an artifact have not come here.',
    cure: 'Send them with `PUT /v1/work/runs/{id}/artifacts/{artifact}`, then tell the event again.',
  },
  artifact_broken: {
    status: 422,
    title: 'The bytes of an artifact are not those that were announced.',
    cure: 'Send as many bytes as `Content-Length` says, with the SHA-256 of `castellan-sha256`.',
  },
  secret_denied: {
    status: 422,
    title: 'The run cannot have this secret.',
    cure: 'Store it with `castellan secrets set NAME`, or have it bound so that this run may have it: `castellan secrets list` shows how it is.',
  },
  secrets_unavailable: {
    status: 422,
    title: 'This service stores no secrets.',
    cure: 'The operator sets `CASTELLAN_SECRETS_KEYS` or `secrets.keysFile`; `openssl rand -base64 32` makes a key.',
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The key came with another request before.',
    cure: 'Use a new `Idempotency-Key` for another request.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests.',
    cure: 'Wait as `Retry-After` says. `RateLimit` says on every answer how much is left.',
  },
  shut_out: {
    status: 429,
    title: 'Too many requests in spite of refusals.',
    cure: 'Stop sending for as long as `Retry-After` says; each further time takes twice as long.',
  },
  too_many_in_flight: {
    status: 429,
    title: 'Too many requests at a time.',
    cure: "Wait for answers before you send more, or have the policy's `rate.inFlight` raised.",
  },
  tenant_quota: {
    status: 429,
    title: 'The tenant has too many runs waiting.',
    cure: "Wait until runs of the tenant have started, or have the policy's `queue.queued` raised.",
  },
  tenant_busy: {
    status: 429,
    title: 'The tenant has as many calls under way as it may.',
    cure: "Wait as `Retry-After` says, have the policy's `queue.running` or `calls.waitMs` raised, or call with `record: 'all'`, which waits in the queue.",
  },
  function_quota: {
    status: 429,
    title: 'The tenant has stored as much as it may.',
    cure: 'Delete what is not used any more, or have the option raised that `detail` names.',
  },
  schedule_quota: {
    status: 429,
    title: 'The tenant has as many schedules as it may.',
    cure: 'Delete one that is not used any more, or have `schedules.perTenant` raised.',
  },
  headers_too_large: {
    status: 431,
    title: 'The header is larger than this service takes.',
    cure: 'Send a header section of at most 16 KiB.',
  },
  internal: {
    status: 500,
    title: 'A fault of the service.',
    cure: 'Look for `instance` in the log of the service, and send the same request again with its `Idempotency-Key`.',
  },
  call_lost: {
    status: 502,
    title: 'A call that is not recorded was lost, by a fault of the service.',
    cure: 'Call again when `started` is false. When it is true, the script may have done part of its work: call again if it may do that twice.',
  },
  overloaded: {
    status: 503,
    title: 'The service has too much to do.',
    cure: 'Wait as `Retry-After` says, and repeat.',
  },
  queue_full: {
    status: 503,
    title: 'The queue is full.',
    cure: 'Wait as `Retry-After` says, and repeat; `queue.maxQueued` is the bound.',
  },
  draining: {
    status: 503,
    title: 'The service is stopping.',
    cure: 'Repeat as `Retry-After` says: another process of the service takes over.',
  },
  shares_full: {
    status: 503,
    title: 'No more scripts are stored for people with a link.',
    cure: 'Pass the script on as a file, or have `shares.bytes` raised. Old ones are removed as `shares.keepMs` says.',
  },
  storage_full: {
    status: 503,
    title: 'The service can store nothing now.',
    cure: 'The operator frees space on the disk, or brings the database back; then repeat.',
  },
} as const satisfies Record<string, ProblemRow>;

export type ProblemCode = keyof typeof problemTable;
