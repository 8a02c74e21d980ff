import type { Failure } from '../../entry/failures.ts';
import { failureOf, failureOfRefusal } from '../../script/failure.ts';
import { Refusal } from '../../script/refusal.ts';
import { originalOf } from './original.ts';
import type { Warm } from './warm.ts';

/**
 * What a turn of the guest failed with. Nothing but a lack of memory disposes of an isolate during its run.
 */
export function turnFailure(
  thrown: unknown,
  { isolate, guest }: Warm,
  refusals: ReadonlyMap<string, string>,
): Failure {
  if (isolate.isDisposed)
    return { reason: 'out_of_memory', name: 'Error', message: 'Out of memory', stack: '' };
  if (thrown instanceof Refusal) return failureOfRefusal(thrown);
  const failure = failureOf(thrown, refusals);
  return { ...failure, ...originalOf(guest, failure.stack) };
}
