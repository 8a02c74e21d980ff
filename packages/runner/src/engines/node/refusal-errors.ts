import { refusal } from '../../entry/failures.ts';
import { Refusal } from '../../script/refusal.ts';
import { urlOf } from './places.ts';

/** A refusal as an error that the script can catch; if it does not, the run fails with the reason. */
export function refusalError({ reason, message, place }: Refusal): Error {
  const error = refusal(reason, message);
  if (reason === 'syntax_error') error.name = 'SyntaxError';
  // The place of a static import is known; a call has a stack of its own.
  if (place === null) return error;
  const at = `\n    at ${urlOf(place.file)}:${place.line}:${place.column}`;
  Object.defineProperty(error, 'stack', {
    value: `${error.name}: ${message}${at}`,
    configurable: true,
    writable: true,
  });
  return error;
}

/** Calls `work`; a refusal that it throws becomes an error that the script can catch. */
export function withRefusalErrors<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof Refusal ? refusalError(error) : error;
  }
}
