import { refusal } from '../../entry/failures.ts';
import { Refusal } from '../../script/refusal.ts';
import { urlOf } from './places.ts';

/** An error that a script can catch; the reason counts when it does not. */
export function asError({ reason, message, place }: Refusal): Error {
  const error = refusal(reason, message);
  if (reason === 'syntax_error') error.name = 'SyntaxError';
  // What is known of an import stands in the source; a call has a stack of its own.
  if (place === null) return error;
  const at = `\n    at ${urlOf(place.file)}:${place.line}:${place.column}`;
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${message}${at}`,
    configurable: true,
    writable: true,
  });
  return error;
}

/** Runs what may refuse; a refusal becomes an error that a script can catch. */
export function reasoned<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? asError(error) : error;
  }
}
