import { CastellanError } from '@castellan/protocol';
import type { Failure } from '../launching/messages.ts';

/** An error as the API gets it. */
export function failureOf(error: unknown): Failure {
  if (error instanceof CastellanError) {
    const { code, detail, fix, option } = error;
    return { code, detail, fix, option };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { code: null, detail, fix: null, option: null };
}
