import { type FunctionFault, FunctionError } from '../../functions/store.ts';
import { CallError, type CallFailure } from '../../runs/contract/calls.ts';
import { type ScheduleFault, ScheduleError } from '../../schedules/store.ts';
import { RefusedError } from '../../runs/contract/runs.ts';
import { SecretError, type SecretFault } from '../../secrets/store.ts';
import { WebhookError } from '../../webhooks/store.ts';
import { isStorageFault } from '../../storage/fault.ts';
import { ProblemError } from './problem.ts';
import type { ProblemCode } from './table.ts';

/** Fastify's own errors for bad requests. Any other is an internal error. */
const byFastifyCode: Readonly<Record<string, ProblemCode>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed_request',
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_NOT_FOUND: 'not_found',
};

const byFunctionFault: Readonly<Record<FunctionFault, ProblemCode>> = {
  no_function: 'not_found',
  no_version: 'not_found',
  no_earlier_version: 'not_found',
  quota: 'function_quota',
};

const byCallFailure: Readonly<Record<CallFailure, ProblemCode>> = {
  tenant_busy: 'tenant_busy',
  overloaded: 'overloaded',
  draining: 'draining',
  lost: 'call_lost',
};

const bySecretFault: Readonly<Record<SecretFault, ProblemCode>> = {
  no_key: 'secrets_unavailable',
  unreadable: 'secret_denied',
  quota: 'function_quota',
};

const byScheduleFault: Readonly<Record<ScheduleFault, ProblemCode>> = {
  no_schedule: 'not_found',
  quota: 'schedule_quota',
  cron: 'invalid_request',
};

const storageRetryMs = 5_000;
const webhookRetryMs = 60_000;

/**
 * Returns the problem for whatever a handler or the framework threw; `internal` hides the cause.
 */
export function readProblem(error: unknown): ProblemError {
  if (error instanceof ProblemError) return error;
  if (error instanceof RefusedError) {
    const isLasting = error.refusal === 'idempotency_mismatch';
    return new ProblemError(
      error.refusal,
      error.message,
      isLasting ? {} : { retryAfterMs: error.retryAfterMs },
    );
  }
  if (error instanceof CallError) {
    const { failure, hasStarted: started, retryAfterMs } = error;
    const extras = failure === 'lost' ? { started } : { started, retryAfterMs };
    return new ProblemError(byCallFailure[failure], error.message, extras);
  }
  if (error instanceof FunctionError) {
    return new ProblemError(byFunctionFault[error.fault], error.message);
  }
  if (error instanceof SecretError) {
    return new ProblemError(bySecretFault[error.fault], error.message);
  }
  if (error instanceof WebhookError) {
    if (error.fault === 'no_delivery') return new ProblemError('not_found', error.message);
    return new ProblemError('tenant_quota', error.message, { retryAfterMs: webhookRetryMs });
  }
  if (error instanceof ScheduleError) {
    const code = byScheduleFault[error.fault];
    if (error.fault !== 'cron') return new ProblemError(code, error.message);
    const errors = [{ pointer: '/cron', detail: error.message }];
    return new ProblemError(code, `cron: ${error.message}`, { errors });
  }
  if (isStorageFault(error)) {
    return new ProblemError('storage_full', `${error.message}.`, { retryAfterMs: storageRetryMs });
  }
  const code = (error as { code?: unknown } | null)?.code;
  const known = typeof code === 'string' ? byFastifyCode[code] : undefined;
  if (known === 'unsupported_media_type') {
    return new ProblemError(known, 'Send the body with "Content-Type: application/json".');
  }
  // Fastify quotes the whole URL, which may hold a token.
  if (code === 'FST_ERR_BAD_URL') {
    return new ProblemError('malformed_request', 'The path has a "%" that begins no escape.');
  }
  if (known !== undefined) return new ProblemError(known, (error as Error).message);
  return new ProblemError('internal', 'What it was is in the log of the service.');
}
