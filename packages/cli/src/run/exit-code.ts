import type { CastellanError, ErrorCode, Reason, Run } from '@castellan/protocol';

/** What the program ends with; the table is part of `--help`. */
export const exitCodes = {
  ok: 0,
  failed: 1,
  usage: 2,
  limit: 3,
  error: 4,
  cancelled: 130,
} as const;

/** Endings by a limit on time, memory, output or the like. */
export const limitReasons: ReadonlySet<Reason> = new Set([
  'wall_timeout',
  'cpu_timeout',
  'out_of_memory',
  'output_limit',
  'artifact_limit',
  'process_limit',
]);

/** Errors that the caller can mend by calling differently. */
const callerErrors: ReadonlySet<ErrorCode> = new Set([
  'invalid_option',
  'invalid_limit',
  'invalid_source',
  'invalid_params',
  'source_too_large',
  'params_too_large',
]);

export function exitCodeOf({ status, reason }: Pick<Run, 'status' | 'reason'>): number {
  if (reason !== null && limitReasons.has(reason)) return exitCodes.limit;
  switch (status) {
    case 'succeeded':
      return exitCodes.ok;
    case 'failed':
      return exitCodes.failed;
    case 'timed_out':
      return exitCodes.limit;
    case 'cancelled':
      return exitCodes.cancelled;
    default:
      return exitCodes.error;
  }
}

export function exitCodeOfError({ code }: CastellanError): number {
  return callerErrors.has(code) ? exitCodes.usage : exitCodes.error;
}
