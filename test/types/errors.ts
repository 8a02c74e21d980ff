// The types of errors. tsc checks this file; nothing runs it.
import { CastellanError, type ErrorCode } from '@castellan/sandbox';
import { holds, type Same } from './same.support.ts';

export function caught(error: unknown): string {
  if (!(error instanceof CastellanError)) throw error;
  holds<Same<typeof error.code, ErrorCode>>();
  holds<Same<typeof error.fix, string | null>>();
  holds<Same<typeof error.option, string | null>>();
  holds<Same<typeof error.allowed, readonly string[] | null>>();
  // @ts-expect-error no such code
  if (error.code === 'boom') return '';
  switch (error.code) {
    case 'invalid_option':
    case 'invalid_limit':
    case 'invalid_source':
    case 'invalid_params':
    case 'source_too_large':
    case 'params_too_large':
    case 'run_ended':
    case 'callback_failed':
      return 'the caller';
    case 'isolation_unavailable':
    case 'browser_unavailable':
    case 'box_failed':
    case 'sandbox_closed':
    case 'unsupported_version':
      return 'the machine';
    default:
      // A new code is a new case for everyone who switches over the codes.
      return error.code satisfies never;
  }
}
